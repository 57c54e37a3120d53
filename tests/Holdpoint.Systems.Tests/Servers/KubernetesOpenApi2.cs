using System.Text;

namespace Holdpoint.Systems.Tests.Servers;

/// <summary>
/// OpenAPI 2 in protocol buffers (github.com/google/gnostic, OpenAPIv2.proto), where kubectl before 1.27 looks whether a type may be tried in a dry run:
/// for each type the operation PATCH, with its query parameter dryRun and its group, version and kind.
/// </summary>
internal static class KubernetesOpenApi2
{
    public static byte[] Document(IEnumerable<KubernetesTypes.Type> types) =>
        [.. Text(1, "2.0"), .. Message(8, [.. types.SelectMany(t => Message(2, [.. Text(1, t.Collection("{namespace}") + "/{name}"), .. Message(2, Message(8, Patch(t)))]))])];

    private static byte[] Patch(KubernetesTypes.Type type)
    {
        byte[] query = [.. Text(2, "query"), .. Text(4, "dryRun")];
        var parameter = Message(1, Message(2, Message(3, query)));
        var kind = $"group: \"{type.Group}\"\nkind: {type.Kind}\nversion: {type.Version.Split('/')[^1]}\n";
        return [.. Message(8, parameter), .. Message(13, [.. Text(1, "x-kubernetes-group-version-kind"), .. Message(2, Text(2, kind))])];
    }

    private static byte[] Text(int field, string text) => Message(field, Encoding.UTF8.GetBytes(text));

    /// <summary>A field of wire type 2: its tag, its length, its bytes.</summary>
    private static byte[] Message(int field, byte[] content) => [.. Number((field << 3) | 2), .. Number(content.Length), .. content];

    private static byte[] Number(int number) => number < 0x80 ? [(byte)number] : [(byte)(number | 0x80), .. Number(number >> 7)];
}
