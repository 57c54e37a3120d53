using System.Text.RegularExpressions;

namespace Holdpoint.Adopting.Words;

/// <summary>What people are called who answer for something, in eight languages.</summary>
internal static partial class RoleTitles
{
    /// <summary>Whether a text is a title and nothing else: <c>Tech Lead</c>, <c>Projektleiterin</c>, <c>chef de projet</c>.</summary>
    public static bool IsOne(string text) => Title().IsMatch(text);

    /// <summary>The title in front of a word of agreement: <c>QA approves</c>, <c>Teamleiter genehmigt</c>; null where there is none.</summary>
    public static string? Approving(string text) => Leading().Match(text) is { Success: true } match ? match.Groups["role"].Value : null;

    private const string English = @"(?:(?:tech(?:nical)?|team|engineering|project|product|release|devops|qa|deployment|security|it|operations?|ops|backend|frontend|dev(?:elopment)?|database|platform|infra(?:structure)?|business|support|test|change|incident|service|site|quality)[ -])*(?:lead(?:er)?|manager|owner|engineer|developer|director|architect|officer|administrator|admin|tester|reviewer|approver|commander|qa|devops|sre|dba|cto|ciso|cio|ops|product|security|stakeholders?|site reliability|on-call|deployer|sponsor)";

    private const string German = @"(?:(?:technische[rn]?|leitende[rn]?|stellvertretende[rn]?)\s+)?(?:(?:team|projekt|entwicklungs|betriebs|abteilungs|test|bereichs|it-)?leiter(?:in)?|(?:\p{L}+-?)?verantwortliche[rn]?|(?:software)?entwickler(?:in)?|(?:datenbank|system)?administrator(?:in)?|tester(?:in)?|freigeber(?:in)?|prüfer(?:in)?|betrieb|geschäftsführ(?:er|erin|ung))";

    private const string French = @"chef(?:fe)? d(?:e |')[\p{L}]+|responsable(?: (?:de |du |des |d'|technique|qualité|sécurité|produit|exploitation)[\p{L} ]{0,20})?|développeu(?:r|se)|directeur(?: [\p{L}]+)?|directrice(?: [\p{L}]+)?|ingénieur(?:e)?(?: [\p{L}]+)?|administrat(?:eur|rice)(?: [\p{L}]+)?|testeu(?:r|se)|approbat(?:eur|rice)|valideur|architecte";

    private const string Spanish = @"(?:jefe|jefa|líder|gerente|director|directora|ingenier[oa]|administrador|administradora|encargad[oa])(?: (?:de |del |técnic[oa]|general)[\p{L} ]{0,20})?|responsable|desarrollador(?:a)?|arquitect[oa]|probador(?:a)?|aprobador(?:a)?";

    private const string Portuguese = @"(?:líder|gestor|gestora|gerente|diretor|diretora|engenheir[oa]|administrador|administradora|responsável|chefe)(?: (?:de |do |da |técnic[oa]|geral|pel[oa] )[\p{L} ]{0,20})?|desenvolvedor(?:a)?|arquitet[oa]|testador(?:a)?|aprovador(?:a)?";

    private const string Russian = @"(?:(?:технический|главный|старший|ведущий|ответственный|дежурный|системный)\s+)?(?:руководитель|менеджер|инженер|разработчик|администратор|архитектор|директор|тестировщик|владелец|начальник)(?: [\p{L}]{2,20}){0,2}|техлид|тимлид|ответственный(?: за [\p{L}]+)?";

    private const string Chinese = "(?:技术|项目|产品|测试|运维|安全|研发|开发|部署|发布|质量|系统|数据库|业务)?(?:负责人|经理|主管|总监|工程师|组长|审批人|批准人|测试人员|开发人员|运维人员|管理员)";

    private const string Japanese = "(?:プロジェクト|プロダクト|技術|開発|運用|品質|品質保証|テスト|インフラ|セキュリティ|リリース|チーム|システム)?(?:責任者|担当者?|マネージャー?|リーダー|エンジニア|承認者|開発者|管理者|オーナー)";

    private const string Any = "(?:" + English + "|" + German + "|" + French + "|" + Spanish + "|" + Portuguese + "|" + Russian + "|" + Chinese + "|" + Japanese + ")";

    [GeneratedRegex("^" + Any + "$", RegexOptions.IgnoreCase)]
    private static partial Regex Title();

    [GeneratedRegex("^(?<role>" + Any + @")(?:\s+(?:hat\s+|a\s+)?(?:approv\w*|sign[ -]?off|sign\w*|ok\b|genehmigt|freigegeben|aprobó|aprueba|approuve|approuvé|validé|valide|aprovou|aprova|confirm\w*|утвердил|согласовал|одобрил|подписал)|(?:已)?(?:批准|审批|签字|确认)|(?:が|の)?(?:承認|確認))", RegexOptions.IgnoreCase)]
    private static partial Regex Leading();
}
