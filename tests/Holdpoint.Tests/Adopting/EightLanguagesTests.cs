using Holdpoint.Adopting;

namespace Holdpoint.Tests.Adopting;

public class EightLanguagesTests
{
    [Theory]
    [InlineData("Before the release", "Deployment", "After the release", "Rollback")]
    [InlineData("Vor dem Deployment", "Bereitstellung", "Nach dem Deployment", "Zurückrollen")]
    [InlineData("Avant la mise en production", "Mise en production", "Après le déploiement", "Retour arrière")]
    [InlineData("Antes del despliegue", "Despliegue", "Después del despliegue", "Reversión")]
    [InlineData("Antes da implantação", "Implantação", "Depois da implantação", "Reversão")]
    [InlineData("Перед выкладкой", "Развёртывание", "После выкладки", "Откат")]
    [InlineData("部署前检查", "部署步骤", "部署后", "回滚")]
    [InlineData("デプロイ前", "デプロイ", "デプロイ後", "切り戻し")]
    public void Stages(string before, string deploy, string after, string back)
    {
        var text = Adopt.Text($"# Shop\n\n## {before}\n\n- [ ] a1\n\n## {deploy}\n\n- [ ] b1\n\n## {after}\n\n- [ ] c1\n\n## {back}\n\n- [ ] d1\n").Text;

        Assert.Equal(["deploy", "verify", "rollback"], text.Split('\n').Where(l => l.StartsWith("**Stage:** ", StringComparison.Ordinal)).Select(l => l[11..]));
        Assert.Contains($"## {deploy}\n\n**Stage:** deploy\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("**Responsible:** Platform", "platform")]
    [InlineData("**Zuständig:** Betrieb", "betrieb")]
    [InlineData("**Responsable :** Exploitation", "exploitation")]
    [InlineData("**Encargado:** Operaciones", "operaciones")]
    [InlineData("**Responsável:** Infra", "infra")]
    [InlineData("**Ответственный:** Администратор", "администратор")]
    [InlineData("**负责人：** 运维", "运维")]
    [InlineData("**担当者：** インフラ", "インフラ")]
    public void Owners(string line, string role) =>
        Assert.Contains($"**Owner:** {role}\n", Adopt.Text($"## A\n\n{line}\n\n- [ ] a\n").Text, StringComparison.Ordinal);

    [Theory]
    [InlineData("Sign-off", "Release Manager: ____ Date: ____", "release-manager")]
    [InlineData("Freigabe", "Projektleiterin: ____ Datum: ____", "projektleiterin")]
    [InlineData("Approbation", "Chef de projet : ____ Date : ____", "chef-de-projet")]
    [InlineData("Aprobación", "Jefe de operaciones: ____ Fecha: ____", "jefe-de-operaciones")]
    [InlineData("Aprovação", "Gerente de projeto: ____ Data: ____", "gerente-de-projeto")]
    [InlineData("Согласование", "Технический директор: ____ Дата: ____", "технический-директор")]
    [InlineData("审批", "技术负责人：____ 日期：____", "技术负责人")]
    [InlineData("承認", "開発責任者：____ 日付：____", "開発責任者")]
    public void Approvals_and_roles(string heading, string line, string role)
    {
        var tasks = Adopt.Text($"## {heading}\n\n- [ ] {line}\n- {line}\n");

        Assert.Equal($"## {heading}\n\n- [ ] {line} `@ {role}`\n- [ ] {line} `@ {role}` #id={role}", tasks.Text.Split("#id=")[0] + $"#id={role}");
        Assert.Contains($"- [ ] {line.Split(':', '：')[0].Trim()} `@ {role}`\n", Adopt.Text($"## {heading}\n\n{line}\n").Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Checks (2 days before)", "2d")]
    [InlineData("Prüfungen (3 Stunden vorher)", "3h")]
    [InlineData("Préparation (une semaine avant)", "7d")]
    [InlineData("Preparación (2 semanas antes)", "14d")]
    [InlineData("Preparação (uma semana antes)", "7d")]
    [InlineData("Подготовка (за 2 дня до)", "2d")]
    [InlineData("部署前检查（提前2天）", "2d")]
    [InlineData("事前確認（3日前）", "3d")]
    public void Times(string heading, string due) =>
        Assert.Contains($"**Due:** {due} before\n", Adopt.Text($"## {heading}\n\n- [ ] a\n").Text, StringComparison.Ordinal);

    [Theory]
    [InlineData("Every 15 minutes for 2 hours")]
    [InlineData("Alle 15 Minuten für 2 Stunden")]
    [InlineData("Toutes les 15 minutes pendant 2 heures")]
    [InlineData("Cada 15 minutos durante 2 horas")]
    [InlineData("A cada 15 minutos por 2 horas")]
    [InlineData("Каждые 15 минут в течение 2 часов")]
    [InlineData("每 15 分钟检查一次，持续 2 小时")]
    [InlineData("15分ごとに2時間")]
    [InlineData("2時間の間、15分ごと")]
    public void Schedules(string line) =>
        Assert.Contains("**Watch:** every 15m until 2h\n", Adopt.Text($"## Deployment\n\n- [ ] a\n\n## Watching\n\n{line}\n\n- [ ] b\n").Text, StringComparison.Ordinal);

    [Theory]
    [InlineData("All green (critical)", "Cache (if applicable)")]
    [InlineData("Alles grün (kritisch)", "Cache (falls zutreffend)")]
    [InlineData("Tout est vert (critique)", "Cache (le cas échéant, optionnel) (facultatif)")]
    [InlineData("Todo en verde (crítico)", "Caché (si aplica)")]
    [InlineData("Tudo verde (crítico)", "Cache (se aplicável)")]
    [InlineData("Всё зелёное (критично)", "Кэш (если есть)")]
    [InlineData("全部通过（关键）", "缓存（可选）")]
    [InlineData("すべて正常（重要）", "キャッシュ（任意）")]
    public void Critical_and_optional(string critical, string optional) =>
        Assert.Equal($"## A\n\n- [ ] {critical} #critical\n- [ ] {optional} #optional\n", Adopt.Text($"## A\n\n- [ ] {critical}\n- [ ] {optional}\n").Text);

    [Theory]
    [InlineData("Roll back if:", "Error rate > 4% for 2 minutes", "Latency > 3x baseline")]
    [InlineData("Rollback, wenn:", "Fehlerrate > 4 % für 2 Minuten", "Antwortzeit > 3x Basiswert")]
    [InlineData("Revenir en arrière si :", "Taux d'erreur > 4 % pendant 2 minutes", "Temps de réponse > 3x référence")]
    [InlineData("Revertir si:", "Tasa de errores > 4% durante 2 minutos", "Tiempo de respuesta > 3x línea base")]
    [InlineData("Reverter se:", "Taxa de erros > 4% por 2 minutos", "Tempo de resposta > 3x linha de base")]
    [InlineData("Откатить, если:", "Доля ошибок > 4% в течение 2 минут", "Время ответа > 3x базового")]
    [InlineData("出现以下情况时回滚：", "错误率 > 4% 持续 2 分钟", "响应时间 > 3倍基线")]
    [InlineData("次の場合はロールバック：", "エラー率 > 4%", "応答時間 > 3倍ベースライン")]
    public void Criteria(string announcement, string errors, string slow)
    {
        var text = Adopt.Text($"## Going wrong\n\n{announcement}\n\n- {errors}\n- {slow}\n").Text;

        Assert.Contains($"- [ ] {errors} `! rollback when error_rate > 4%{(errors.Contains('2', StringComparison.Ordinal) ? " for 2m" : "")}`\n", text, StringComparison.Ordinal);
        Assert.Matches("`! rollback when (?:latency|response_time)\\S* > 3x baseline`", text);
    }

    [Theory]
    [InlineData("Alert if error rate > 2%", "Pause if error rate > 2%")]
    [InlineData("Alarmieren, wenn Fehlerrate > 2%", "Anhalten, wenn Fehlerrate > 2%")]
    [InlineData("Alerter si taux d'erreur > 2%", "Suspendre si taux d'erreur > 2%")]
    [InlineData("Avisar si tasa de errores > 2%", "Pausar si tasa de errores > 2%")]
    [InlineData("Notificar se taxa de erros > 2%", "Pausar se taxa de erros > 2%")]
    [InlineData("Оповестить, если доля ошибок > 2%", "Приостановить, если доля ошибок > 2%")]
    [InlineData("告警条件：错误率 > 2%", "暂停条件：错误率 > 2%")]
    [InlineData("アラート条件：エラー率 > 2%", "一時停止条件：エラー率 > 2%")]
    public void Alarms_and_holds(string tell, string hold) =>
        Assert.Equal($"## A\n\n- [ ] {tell} `! tell ops when error_rate > 2%`\n- [ ] {hold} `! hold when error_rate > 2%`\n", Adopt.Text($"## A\n\n- {tell}\n- {hold}\n").Text);

    [Theory]
    [InlineData("Expected: 0042 (head)")]
    [InlineData("Erwartet: 0042 (head)")]
    [InlineData("Attendu : 0042 (head)")]
    [InlineData("Resultado esperado: 0042 (head)")]
    [InlineData("Saída esperada: 0042 (head)")]
    [InlineData("Ожидается: 0042 (head)")]
    [InlineData("预期结果：0042 (head)")]
    [InlineData("期待結果：0042 (head)")]
    public void Expectations(string line) =>
        Assert.Equal("`? run output contains \"0042 (head)\"`", Adopt.Item("Schema", $"alembic current\n# {line}"));
}
