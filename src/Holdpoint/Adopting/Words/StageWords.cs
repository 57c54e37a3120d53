using System.Text.RegularExpressions;
using Holdpoint.Plans;

namespace Holdpoint.Adopting.Words;

/// <summary>What headings call the stages of a run, in English, German, French, Spanish, Portuguese, Russian, Chinese and Japanese.</summary>
internal static partial class StageWords
{
    /// <summary>The stage that a heading names; null where it names none.</summary>
    public static Stage? Of(string heading)
    {
        if (Rehearsal().IsMatch(heading) || Staging().IsMatch(heading))
            return Stage.Prepare;
        if (Back().IsMatch(heading))
            return Planning().IsMatch(heading) ? Stage.Prepare : Stage.Rollback;
        if (Review().IsMatch(heading))
            return Stage.Review;
        if (Before().IsMatch(heading))
            return Stage.Prepare;
        if (Watch().IsMatch(heading))
            return Stage.Watch;
        if (After().IsMatch(heading))
            return Close().IsMatch(heading) ? Stage.Close : Stage.Verify;
        if (Close().IsMatch(heading))
            return Stage.Close;
        if (Verify().IsMatch(heading))
            return Stage.Verify;
        return Deploy().IsMatch(heading) ? Stage.Deploy : null;
    }

    public static bool IsAfter(string heading) => After().IsMatch(heading);

    public static bool IsBefore(string heading) => Of(heading) == Stage.Prepare && Before().IsMatch(heading);

    /// <summary>Headings under which something is changed besides a deployment: backups, migrations, messages, cleaning up.</summary>
    public static bool ChangesSomething(string heading) => Changing().IsMatch(heading) && !Planning().IsMatch(heading);

    /// <summary>Headings that are a step of a deployment by themselves: "Build images", "3. Start services".</summary>
    public static bool IsStep(string heading) => Step().IsMatch(heading);

    /// <summary>Sentences after which criteria for going back, holding or telling stand.</summary>
    public static bool AnnouncesRollback(string text) => Criteria().IsMatch(text) && !Planning().IsMatch(text.Replace("criteria", "", StringComparison.OrdinalIgnoreCase));

    /// <summary>"Consider a rollback if": a person decides, and the run waits for that.</summary>
    public static bool IsToBeConsidered(string text) => Considered().IsMatch(text);

    public static bool AnnouncesAlert(string text) => Alert().IsMatch(text);

    public static bool AnnouncesHold(string text) => Hold().IsMatch(text);

    [GeneratedRegex(@"\brehears|\bdry[ -]run|\bprobelauf|\bensayo|\brépétition", RegexOptions.IgnoreCase)]
    private static partial Regex Rehearsal();

    [GeneratedRegex(@"\bstaging\b|\bqa environment\b|预发布|ステージング", RegexOptions.IgnoreCase)]
    private static partial Regex Staging();

    [GeneratedRegex(@"\broll[ -]?(?:ing )?back|\brevert|\bback[ -]?out\b|\bemergency\b|\bincident\b|(?<!\bback-?ups? (?:and|&) )\bdisaster|\bzurückroll|\brückfall|\bnotfall|\bretour arrière|\brevenir|\burgence|\breversión|\brevertir|\bemergencia|\breversão|\breverter|\bemergência|откат|аварийн|回滚|回退|回復|紧急|ロールバック|切り戻し|緊急", RegexOptions.IgnoreCase)]
    private static partial Regex Back();

    [GeneratedRegex(@"\bplan\b|\bplanning\b|\bpreparation|\bprepare|\bread(?:y|iness)\b|\btest(?:ed|ing)?\b|\bcontacts?\b|\bvorbereit|\bpréparation|\bpreparación|\bpreparação|подготовк|准备|計画|测试|測試|完成項目|完成项目", RegexOptions.IgnoreCase)]
    private static partial Regex Planning();

    [GeneratedRegex(@"(?<!\b(?:security|code|design|peer|performance|architecture|access|privacy|compliance|legal|content) )\breview\b(?! and)|\bretrospective|\bpost[ -]?mortem|\blessons|\bnachbetrachtung|\brétrospective|\bretrospectiva|ретроспектив|复盘|振り返り", RegexOptions.IgnoreCase)]
    private static partial Regex Review();

    [GeneratedRegex(@"\bpre[ -]?(?:deploy|release|flight|launch|requis|market|production|migration|upgrade|check|merge|cutover)|\bprerequisit|\bbefore\b|\bprepar|\breadiness|\bvor (?:dem|der|jedem)\b|\bvorher\b|\bvoraussetzung|\bvorbereit|\bavant\b|\bprérequis|\bpréparation|\bantes\b|\bprevio|\brequisitos|\bpreparación|\bpré[ -]|\bpreparação|\bперед\b|предварительн|подготовк|部署前|发布前|上线前|准备|前置|デプロイ前|リリース前|事前", RegexOptions.IgnoreCase)]
    private static partial Regex Before();

    [GeneratedRegex(@"\bmonitor(?:ing|ed)? \((?:first )?[0-9]|\bmonitoring \(?24|\b(?:first|next) [0-9]+ ?(?:h|hours)|\b[0-9]+ ?(?:h|hours?) (?:after|monitoring|watch)|\bpost-deployment monitoring|\bcontinuous monitoring|\bduring market hours|\bwatch(?:ing)?\b|\bbeobacht|\bsurveillance|\bmonitoreo (?:post|continuo)|\bmonitoramento (?:pós|contínuo)|наблюден|观察期|持续监控|監視期間", RegexOptions.IgnoreCase)]
    private static partial Regex Watch();

    [GeneratedRegex(@"\bpost[ -]?(?:deploy|release|launch|flight|market|migration|upgrade|cutover|installation)|\bafter\b|\bnach (?:dem|der)\b|\bnachher\b|\baprès\b|\bdespués\b|\bpós[ -]|\bdepois\b|\bпосле\b|部署后|发布后|上线后|デプロイ後|リリース後|事後", RegexOptions.IgnoreCase)]
    private static partial Regex After();

    [GeneratedRegex(@"\bcommunicat|\bnotif(?!ications? (?:system|service|test|bell|badge|counts?)\b)(?<!\btests?\b.*)|\bannounce|\bclean[ -]?up|\bclos(?:e|ing|ure)\b|\bcompletion|\bfinal steps|\btasks?\b|\bactions?\b|\bdocument|\brecord|\bsign[ -]?off|\bfollow[ -]?up|\bhandover|\babschluss|\baufräum|\bkommunikation|\babnahme|\bcierre|\bcomunicación|\blimpieza|\bencerramento|\bcomunicação|\bclôture|\bnettoyage|завершен|收尾|签字|签署|完了|後片付け", RegexOptions.IgnoreCase)]
    private static partial Regex Close();

    [GeneratedRegex(@"\bverif|\bvalidat|\bsmoke|\bhealth[ -]?check|\bsuccess criteria|\bprüfung|\büberprüf|\bvérif|\bvalidation|\bverificación|\bcomprobac|\bverificação|\bpruebas post|проверк|验证|驗證|検証|確認|動作確認", RegexOptions.IgnoreCase)]
    private static partial Regex Verify();

    [GeneratedRegex(@"\bdeploy(?:ment)?(?:s|ing)?\b(?!.*\b(?:checklist|information|details|record|log|guide)\b)|\broll[ -]?out\b|\brelease (?:steps|day|process)|\bgo[ -]?live\b|\bcutover\b|\bpromotion\b|\blaunch\b|\bupgrade\b|\bpublish|\bexecution\b|\binstall(?:ation)?\b|\bservice startup\b|\bausrollen\b|\bbereitstellung|\bveröffentlich|\bdéploiement|\bmise en production|\bdespliegue|\bdesplegar|\bimplantação|\bpublicação|развертыван|развёртыван|деплой|выкладк|установк|部署步骤|部署|发布|上线|デプロイ|リリース作業|公開", RegexOptions.IgnoreCase)]
    private static partial Regex Deploy();

    [GeneratedRegex(@"\bback[ -]?ups?\b|\bsnapshots?\b|\bmigrat|\brestor|\bnotif|\bcommunicat|\bannounce|\bclean[ -]?up|\bdatenbank-?sicherung|\bsicherung|\bwiederherstell|\baufräum|\bbenachrichtig|\bsauvegarde|\bnettoyage|\bcopias? de seguridad|\brespaldo|\blimpieza|\bnotificaci|\bcópia de segurança|\blimpeza|\bnotificaç|миграц|резервн|бэкап|уведомлен|备份|迁移|通知|清理|バックアップ|マイグレーション|連絡|通知", RegexOptions.IgnoreCase)]
    private static partial Regex Changing();

    [GeneratedRegex(@"^\W*(?:(?:step|phase|étape|paso|passo|schritt|шаг)?\s*[0-9.]*\s*[:.)–-]*\s*)?(?:build|start|restart|stop|install|deploy|clone|push|publish|apply|configure|set ?up|create|initiali[sz]e|upgrade|update|pull|release|rebuild|bauen|starten|installieren|construire|démarrer|installer|construir|compilar|iniciar|instalar|desplegar|publicar|subir|собрать|запустить|установить|构建|启动|安装|建立|套用|ビルド|起動)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Step();

    [GeneratedRegex(@"\broll(?:ing)?[ -]?back\s+(?:immediately\s+)?(?:criteria|triggers?|if|when|conditions?|decision)|\b(?:criteria|triggers?|conditions?|decision)\b.{0,12}\broll[ -]?back|\binitiate rollback|\btrigger conditions|\brollback immediately|\b(?:rückfall|rollback-?|abbruch)(?:kriterien|auslöser)|\b(?:rollback|zurückrollen|zurücksetzen)(?: durchführen)?,? (?:wenn|falls|sobald)|\b(?:critères?|conditions?|déclencheurs?) (?:de|du) (?:retour|rollback)|\b(?:rollback|revenir en arrière|retour arrière)(?: immédiat)? si\b|\b(?:criterios?|condiciones|disparadores) (?:de|para) (?:el )?(?:rollback|reversión|revertir)|\b(?:rollback|revertir|hacer rollback)(?: inmediatamente)? si\b|\b(?:critérios?|condições|gatilhos) (?:de|para) (?:o )?(?:rollback|reversão|reverter)|\b(?:rollback|reverter|fazer rollback)(?: imediatamente)? se\b|(?:критерии|условия) отката|(?:откатить|откат|откатываем(?:ся)?)(?: немедленно)?,? если|回滚(?:条件|标准|决策|触发)|立即回滚|考虑回滚|(?:情况|条件)(?:之一|之一时|时|下)?[，,]?(?:则|即|应)?回滚|(?:ロールバック|切り戻し)(?:の)?(?:条件|基準|判断)|場合[はに、]{0,2}(?:即時)?(?:ロールバック|切り戻)", RegexOptions.IgnoreCase)]
    private static partial Regex Criteria();

    [GeneratedRegex(@"\bconsider|\berwäg|\benvisag|\bconsiderar|\bévaluer|рассмотр|考虑|考慮|検討", RegexOptions.IgnoreCase)]
    private static partial Regex Considered();

    [GeneratedRegex(@"^\W*(?:alert|warn|notify)\b.{0,20}\b(?:if|when|for)\b|\balert rules? configured for|^\W*(?:alarm(?:ieren)?|benachrichtigen|warnen|melden),? (?:wenn|falls|sobald)\b|^\W*(?:alerter|prévenir|avertir|notifier)\b.{0,20}\bsi\b|^\W*(?:alertar|avisar|notificar)\b.{0,20}\bs[ie]\b|^\W*(?:оповестить|уведомить|предупредить|сообщить)\b.{0,20}если|(?:告警|报警|通知)(?:条件|规则)|(?:情况|条件)(?:之一|时|下)?[，,]?(?:则|即)?(?:告警|报警|通知)|アラート(?:の)?(?:条件|基準)|場合[はに、]{0,2}(?:通知|アラート|連絡)", RegexOptions.IgnoreCase)]
    private static partial Regex Alert();

    [GeneratedRegex(@"^\W*(?:pause|hold|stop|halt)\b.{0,25}\b(?:if|when)\b|^\W*(?:anhalten|pausieren|stoppen),? (?:wenn|falls|sobald)\b|^\W*(?:suspendre|mettre en pause|arrêter|interrompre)\b.{0,25}\bsi\b|^\W*(?:pausar|detener|parar|suspender|interromper)\b.{0,25}\bs[ie]\b|^\W*(?:приостановить|остановить)\b.{0,25}если|暂停(?:条件|标准)|(?:情况|条件)(?:之一|时|下)?[，,]?(?:则|即)?暂停|(?:一時停止|中断)(?:の)?(?:条件|基準)|場合[はに、]{0,2}(?:一時停止|中断)", RegexOptions.IgnoreCase)]
    private static partial Regex Hold();
}
