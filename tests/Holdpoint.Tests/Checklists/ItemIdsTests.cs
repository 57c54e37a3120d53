using Holdpoint.Checklists;

namespace Holdpoint.Tests.Checklists;

public class ItemIdsTests
{
    [Theory]
    [InlineData("Database dumped", "database-dumped")]
    [InlineData("1.2 Database dumped", "database-dumped")]
    [InlineData("3. Pre-flight", "pre-flight")]
    [InlineData("3) Pre-flight", "pre-flight")]
    [InlineData("(3) Pre-flight", "pre-flight")]
    [InlineData("Step 3: Go", "go")]
    [InlineData("Step 3 - Go", "go")]
    [InlineData("Phase 2.1: Go", "go")]
    [InlineData("Phase 2: Step 1. Go", "go")]
    [InlineData("Шаг 3: Проверить базу", "проверить-базу")]
    [InlineData("🚀 1. Deploy", "deploy")]
    [InlineData("✅ Done 🎉", "done")]
    [InlineData("1️⃣ First", "first")]
    [InlineData("👩‍💻 Review", "review")]
    [InlineData("3 replicas ready", "3-replicas-ready")]
    [InlineData("Node 3: drained", "node-3-drained")]
    [InlineData("HTTP/2 is on", "http-2-is-on")]
    [InlineData("Don't break it", "dont-break-it")]
    [InlineData("Free `? disk / free > 20GB` #critical now #weight=3", "free-now")]
    [InlineData("See #42", "see-42")]
    [InlineData("備份 資料庫", "備份-資料庫")]
    [InlineData("Überprüfen: Größe", "überprüfen-größe")]
    [InlineData("डेटाबेस जाँच", "डेटाबेस-जाँच")]
    [InlineData("  --  ", "")]
    [InlineData("🚀", "")]
    [InlineData("1.", "")]
    [InlineData("", "")]
    [InlineData("Step 3", "")]
    [InlineData("\ud800 broken", "broken")]
    public void A_slug_is_the_words_alone(string text, string slug)
    {
        Assert.Equal(slug, ItemIds.Slug(text));
    }
}
