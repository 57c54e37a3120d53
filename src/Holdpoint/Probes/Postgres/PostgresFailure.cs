using System.Net.Sockets;
using System.Security.Authentication;
using Holdpoint.Expressions;
using Npgsql;

namespace Holdpoint.Probes.Postgres;

/// <summary>Why PostgreSQL gave no answer, in one line for a person. Codes: https://www.postgresql.org/docs/current/errcodes-appendix.html</summary>
internal static class PostgresFailure
{
    /// <returns><see cref="TargetRefused"/> where the server itself says no (not there, starting, stopping), else <see cref="Unanswered"/>.</returns>
    public static Unanswered Of(Exception failure, PostgresServer server, TimeSpan limit)
    {
        if (failure is Unanswered known)
            return known;
        if (failure is PostgresException said)
            return Of(said, server, limit);
        if (NetworkFailure.In(failure) is { } socket)
            return OfSocket(socket, server);
        if (In<TimeoutException>(failure) is not null)
            return new($"no answer from {server} within {Units.Duration(limit)}");
        if (In<AuthenticationException>(failure) is not null)
            return new($"the certificate of {server} is not trusted: set root_certificate of the server to its authority's file");
        return failure.Message switch
        {
            var m when m.Contains("No SSL", StringComparison.Ordinal) || m.Contains("SSL connection", StringComparison.Ordinal) => new Unanswered($"{server} does not speak TLS: set sslmode to prefer or disable"),
            var m when m.Contains("No password", StringComparison.Ordinal) => new Unanswered($"{server} wants a password for {server.User}: set password in holdpoint.yaml"),
            _ when In<IOException>(failure) is not null => new Unanswered($"{server} broke off its answer: is it PostgreSQL, and does it run steadily?"),
            _ when failure is NpgsqlException => new Unanswered($"{server}: {failure.Message}"),
            // Whatever a driver throws where the other side speaks something else.
            _ => new Unanswered($"{server} does not answer as PostgreSQL does ({failure.GetType().Name}): check host and port"),
        };
    }

    private static Unanswered Of(PostgresException said, PostgresServer server, TimeSpan limit) => said.SqlState switch
    {
        PostgresErrorCodes.CannotConnectNow => new TargetRefused($"{server} takes no connections now: {said.MessageText}"),
        PostgresErrorCodes.InvalidPassword => new Unanswered($"{server} refuses the password of {server.User}: check user and password in holdpoint.yaml"),
        PostgresErrorCodes.InvalidAuthorizationSpecification => new Unanswered($"{server} does not let {server.User} in: {said.MessageText}"),
        PostgresErrorCodes.InvalidCatalogName => new Unanswered($"{server} has no database {server.Database}: check database in holdpoint.yaml"),
        PostgresErrorCodes.TooManyConnections => new Unanswered($"{server} is up and has no connection left ({said.MessageText}): end idle sessions, or raise max_connections"),
        PostgresErrorCodes.QueryCanceled => new Unanswered($"no answer from {server} within {Units.Duration(limit)}: {said.MessageText}"),
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown => new Unanswered($"{server} ended the connection: {said.MessageText}"),
        PostgresErrorCodes.ReadOnlySqlTransaction => new Unanswered($"a check changes nothing, and this would: {said.MessageText}"),
        PostgresErrorCodes.InsufficientPrivilege => new Unanswered($"{server.User} may not do this on {server}: {said.MessageText}"),
        _ => new Unanswered($"{server}: {said.MessageText} ({said.SqlState})"),
    };

    private static Unanswered OfSocket(SocketException socket, PostgresServer server)
    {
        if (server.IsSocket && socket.SocketErrorCode is SocketError.ConnectionRefused or SocketError.AddressNotAvailable or SocketError.SocketError or SocketError.Fault)
            return new TargetRefused($"{server}: nothing listens at this socket");
        var failure = NetworkFailure.Of(socket, server.Address, server.Host);
        return failure.TargetRefused ? new TargetRefused($"postgres {server.Name}: {failure.Because}") : new Unanswered($"postgres {server.Name}: {failure.Because}");
    }

    private static T? In<T>(Exception? failure) where T : Exception
    {
        for (; failure is not null; failure = failure.InnerException)
            if (failure is T found)
                return found;
        return null;
    }
}
