using System.Text.RegularExpressions;

namespace Holdpoint.Adopting.Words;

/// <summary>What people write where somebody has to sign, in eight languages.</summary>
internal static partial class ApprovalWords
{
    /// <summary>"Approved by", "Unterschrift": somebody signs, and nobody says who.</summary>
    public static bool IsApproval(string label) => Approval().IsMatch(label);

    /// <summary>The head of a column that names who signs.</summary>
    public static bool IsRoleColumn(string head) => Role().IsMatch(head);

    /// <summary>The head of a column that is signed in.</summary>
    public static bool IsSigningColumn(string head) => Signing().IsMatch(head);

    /// <summary>The head of a column that takes a name or a date.</summary>
    public static bool IsNameOrDate(string head) => NameOrDate().IsMatch(head);

    /// <summary>Room to write a name, a date or a signature into.</summary>
    public static bool HasRoom(string text) => Room().IsMatch(text);

    /// <summary>A line on which a name and a date are put, or a signature: more than a form that is filled in.</summary>
    public static bool AsksForDateOrSignature(string text) => Date().IsMatch(text);

    [GeneratedRegex(@"^(?:approved|authori[sz]ed|signed(?: off)?|reviewed and approved) by$|^(?:final )?(?:approval|sign[ -]?off|signature)$|^approved for .{2,30}$|^(?:genehmigt|freigegeben|abgenommen|geprüft und freigegeben) (?:von|durch)$|^(?:freigabe|genehmigung|abnahme)(?: (?:von|durch))?$|^unterschrift$|^(?:approuvé|validé|autorisé|signé) par$|^(?:approbation|visa)$|^(?:aprobado|autorizado|firmado) por$|^(?:aprobación|firma|visto bueno)$|^(?:aprovado|autorizado|assinado) por$|^(?:aprovação|assinatura)$|^(?:утверждено|утвердил|утверждаю|согласовано|согласовал|одобрено|одобрил|подпись)$|^(?:批准人?|审批人?|审核人?|签字|签名|签署)$|^(?:承認者?|承認印|署名|サイン)$", RegexOptions.IgnoreCase)]
    private static partial Regex Approval();

    [GeneratedRegex(@"^(?:role|approver|approver role|sign[ -]?off (?:role|by)|stakeholder|rolle|funktion|freigeber|rôle|fonction|approbateur|rol|cargo|función|aprobador|função|papel|aprovador|роль|должность|согласующий|角色|职位|岗位|审批人|役割|役職|承認者)$", RegexOptions.IgnoreCase)]
    private static partial Regex Role();

    [GeneratedRegex(@"\bsignature\b|\bsigned\b|\bsign[ -]?off\b|\bapprov(?:al|ed)\b|\binitials\b|\bunterschrift|\bfreigabe|\bgenehmigt|\bvisa\b|\bapprobation|\bapprouvé|\bfirma\b|\baprobado|\baprobación|\bassinatura|\baprovado|\baprovação|подпись|согласован|утвержден|签名|签字|签署|审批|批准|署名|承認|サイン", RegexOptions.IgnoreCase)]
    private static partial Regex Signing();

    [GeneratedRegex(@"^(?:name|date|datum|nom|nombre|fecha|nome|data|имя|фио|дата|姓名|日期|名前|氏名|日付)\b", RegexOptions.IgnoreCase)]
    private static partial Regex NameOrDate();

    [GeneratedRegex(@"_{3,}|(?:\\_){1,}|\.{5,}|…{2,}|[\[<]\s*(?:your |full )?(?:name|signature|date|nom|nombre|nome|datum|имя|фио|姓名|名前|氏名)[^\]>]*[\]>](?!\()|[☐⬜□]", RegexOptions.IgnoreCase)]
    private static partial Regex Room();

    [GeneratedRegex(@"\b(?:date|signature|datum|unterschrift|fecha|firma|data|assinatura)\b|дата|подпись|日期|签名|签字|日付|署名", RegexOptions.IgnoreCase)]
    private static partial Regex Date();
}
