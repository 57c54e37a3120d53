using System.Globalization;

namespace Holdpoint.Systems.Tests.Servers;

/// <summary>aiosmtpd, which offers STARTTLS and throws away what it is sent.</summary>
public sealed class MailServer : StoreServer
{
    public string Authority => At("ca.pem");

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    protected override async Task StartAsync()
    {
        using (var certificates = new Certificates(Folder))
            certificates.Write("mail", "mail.test");
        Run("aiosmtpd", "-n", "-l", Address, "--tlscert", At("mail.pem"), "--tlskey", At("mail.key"), "--no-requiretls");
        await UntilAsync(() => EndsWellAsync(new("python3", ["-c", "import smtplib, sys; smtplib.SMTP('127.0.0.1', int(sys.argv[1]), timeout=5).quit()", Port.ToString(CultureInfo.InvariantCulture)])));
    }
}
