namespace Shop;

/// <summary>The headers of a careful site, and one origin that may ask from elsewhere.</summary>
internal static class Protection
{
    private const string Origin = "https://shop.example";

    public static Task ApplyAsync(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
        headers.ContentSecurityPolicy = "default-src 'self'; frame-ancestors 'none'";
        headers.XFrameOptions = "DENY";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        if (context.Request.Headers.Origin != Origin)
            return context.Request.Method == "OPTIONS" ? Refuse(context) : next(context);
        headers.AccessControlAllowOrigin = Origin;
        headers.AccessControlAllowMethods = "GET, POST, PATCH, DELETE";
        headers.AccessControlAllowHeaders = "Content-Type";
        headers.Vary = "Origin";
        return context.Request.Method == "OPTIONS" ? Refuse(context) : next(context);
    }

    // What a preflight needs is in the headers.
    private static Task Refuse(HttpContext context)
    {
        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    }
}
