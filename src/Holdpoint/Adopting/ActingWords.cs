using System.Text.RegularExpressions;
using Holdpoint.Adopting.Words;
using Holdpoint.Plans;

namespace Holdpoint.Adopting;

/// <summary>Whether a heading says that something is changed under it, in eight languages.</summary>
internal static partial class ActingWords
{
    /// <summary>True where it deploys, backs up, migrates, restores, rolls back, tells or cleans up; false where it looks or tests; null where it says neither.</summary>
    public static bool? Of(string heading)
    {
        if (Asking().IsMatch(heading))
            return false;
        if (StageWords.ChangesSomething(heading) || StageWords.IsStep(heading))
            return true;
        return StageWords.Of(heading) switch
        {
            Stage.Deploy or Stage.Rollback => true,
            Stage.Close or null when Acting().IsMatch(heading) => true,
            Stage.Close or Stage.Prepare or null => null,
            _ => false,
        };
    }

    /// <summary>What is got ready or taken care of: part of a deployment under a heading that deploys, and none by the title of the file alone.</summary>
    public static bool IsBeside(string heading) => StageWords.IsBefore(heading) || Beside().IsMatch(heading);

    /// <summary>A title of a file that is about a deployment, a release, a migration as a whole.</summary>
    public static bool IsTitle(string heading) => Title().IsMatch(heading) && !StageWords.IsBefore(heading) && !Readiness().IsMatch(heading);

    /// <summary>A heading that looks or tests.</summary>
    public static bool Asks(string heading) => Asking().IsMatch(heading);

    public static bool GoesBack(string heading) => Back().IsMatch(heading);

    /// <summary>Procedures for a day that is not the deployment's: maintenance, incidents, what is done if this or that is down.</summary>
    public static bool IsForAnotherDay(string heading) => AnotherDay().IsMatch(heading);

    /// <summary>"Rollback plan", which is the steps themselves where it holds any.</summary>
    public static bool IsPlanFor(string heading) => Plan().IsMatch(heading);

    [GeneratedRegex(@"\broll(?:ing)?[ -]?back\b|\brevert|\bback[ -]?out\b|\bzurückroll|\brückfall|\bretour arrière|\breversión|\breversão|откат|回滚|回退|ロールバック|切り戻し", RegexOptions.IgnoreCase)]
    private static partial Regex Back();

    [GeneratedRegex(@"\bmaintenance (?:commands|windows?|tasks|procedures)|\b(?:scaling|emergency|recovery) procedures?\b|\bdisaster\b|\bincidents?\b|\bbreach\b|\btools\b|\bautomated scripts\b|^\W*if\b.*\b(?:down|fails?|failed|unavailable|full|slow|wrong)\b|\bse algo (?:der|dá) errado|\bsi algo (?:sale|va) mal|\bwenn etwas schief|\ben cas de (?:problème|panne)|\bwartungs|\bmantenimiento\b|\bmanutenção\b|аварийн|故障|障害", RegexOptions.IgnoreCase)]
    private static partial Regex AnotherDay();

    /// <summary>"Quick rollback" beside "Gradual rollback": one of them is gone.</summary>
    public static bool IsOneWayBack(string heading) => WayBack().IsMatch(heading);

    [GeneratedRegex(@"\b(?:quick|fast|full|gradual|partial|immediate|manual|automat(?:ic|ed)|complete|schnell\w*|vollständig\w*|rapide|complet|rápid[oa]|complet[oa]|total|parcial|database|data)\b.*\broll[ -]?back|\broll[ -]?back\b.*\b(?:quick|fast|full|gradual|partial|rolling|rápido|completo|rapide|complet)\b", RegexOptions.IgnoreCase)]
    private static partial Regex WayBack();

    [GeneratedRegex(@"\b(?:tests?|testing|lint|audit|troubleshoot\w*|debug\w*|verif\w*|validat\w*|checks?|smoke|health|review|optional|alternativ\w*|pruebas?|prüf\w*|vérif\w*|testes?)\b|тест|провер|测试|測試|验证|驗證|检查|檢查|テスト|検証|確認", RegexOptions.IgnoreCase)]
    private static partial Regex Asking();

    [GeneratedRegex(@"\b(?:quality|security|performance|monitor(?:ing)?|observability|metrics|prerequisites?|requirements?|before|readiness|local(?:ly)?|development|documentation|scal(?:e|ing)|maintenance|support|soporte|notes|commands|comandos|incident|seguridad|rendimiento|monitoreo|calidad|qualität|sicherheit|überwach\w*|sécurité|surveillance|segurança|qualidade|monitoramento|antes|mantenimiento|manutenção|wartung)\b|безопасн|мониторинг|перед|安全|监控|之前|维护|監視|事前|セキュリティ|ローカル", RegexOptions.IgnoreCase)]
    private static partial Regex Beside();

    [GeneratedRegex(@"\b(?:releasing|deploying|cut|tag|merge|switch|enable|disable|maintenance mode|downtime|go[ -]live|ship|restart|execute|execution|immediate actions|actions immédiates|acciones inmediatas|ações imediatas|ejecuci\w+|execu[çc]\w+|ausführ\w*|umschalt\w*|mise en ligne|bascul\w*)\b|выполнен|переключ|执行|切换|実行|切替", RegexOptions.IgnoreCase)]
    private static partial Regex Acting();

    [GeneratedRegex(@"\b(?:deploy(?:ment|ing)?|releas(?:e|ing)|roll[ -]?out|migration|upgrade|go[ -]live|launch|install(?:ation)?|runbook|cutover|bereitstellung|ausrollen|veröffentlichung|auslieferung|déploiement|mise en production|despliegue|implantação|implementación|publicação|migración|migração)\b|развертыван|развёртыван|деплой|релиз|миграц|обновлен|部署|发布|上线|迁移|升级|デプロイ|リリース|移行", RegexOptions.IgnoreCase)]
    private static partial Regex Title();

    [GeneratedRegex(@"\b(?:readiness|review|test(?:ing)?|audit|ready|listo|prêt|pronto)\b|готовност|就绪", RegexOptions.IgnoreCase)]
    private static partial Regex Readiness();

    [GeneratedRegex(@"\broll[ -]?back\s+(?:plan|steps|procedures?)\b|\bplan de (?:rollback|reversión|reversão|retour(?: arrière)?|contingencia)\b|\b(?:rückfall|rollback)-?plan\b|план отката|回滚(?:计划|方案|步骤)|ロールバック(?:計画|手順)", RegexOptions.IgnoreCase)]
    private static partial Regex Plan();
}
