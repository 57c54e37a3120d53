using System.Text;
using System.Text.Json.Nodes;

namespace Holdpoint.Systems.Tests.Servers;

/// <summary>
/// What an access review asks. kubectl writes it as JSON or, from 1.32 on, in protocol buffers: four bytes <c>k8s\0</c>, then an envelope
/// (k8s.io/apimachinery, runtime.Unknown) with the review (k8s.io/api/authorization/v1, generated.proto).
/// </summary>
internal static class KubernetesReview
{
    public static (string Verb, string Resource) Read(HttpRequestText request)
    {
        if (request.Bytes is not [(byte)'k', (byte)'8', (byte)'s', 0, .. var envelope])
        {
            var about = JsonNode.Parse(request.Body)!["spec"]!["resourceAttributes"]!;
            return ((string)about["verb"]!, (string)about["resource"]!);
        }

        var attributes = Field(Field(Field(envelope, 2), 2), 1);
        return (Encoding.UTF8.GetString(Field(attributes, 2)), Encoding.UTF8.GetString(Field(attributes, 5)));
    }

    /// <summary>A field of wire type 2, among others of its kind.</summary>
    private static byte[] Field(byte[] message, int field)
    {
        for (var at = 0; at < message.Length;)
        {
            var tag = message[at++];
            var (length, shift, next) = (0, 0, 0);
            do
            {
                next = message[at++];
                length |= (next & 0x7f) << shift;
                shift += 7;
            }
            while (next >= 0x80);
            if (tag == ((field << 3) | 2))
                return message[at..(at + length)];
            at += length;
        }

        return [];
    }
}
