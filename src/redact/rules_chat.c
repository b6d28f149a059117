/* Chat, and the networks where people meet. */
#include "redact/around.h"
#include "redact/rules.h"
#include "redact/samples.h"

const struct ses_rule ses_rules_chat[] = {
    {
	.id = "slack-token",
	.what = "Slack token of a bot, user, app, session or configuration",
	.shapes = {"xox[abceoprs]-[A-Za-z0-9-]{10,}",
	    "xoxd-[A-Za-z0-9%+/=_-]{20,}", "xoxe.xox[bp]-[A-Za-z0-9-]{10,}",
	    "xapp-[0-9]-[A-Za-z0-9-]{20,}", "xwfp-[A-Za-z0-9-]{20,}"},
	.prove = ses_proof_random,
	.yes = {"xoxb-"
		"912744275417-637815963622-" R24,
	    "xapp-"
	    "1-AP263734OKJ-6994588999563-" H32 H32,
	    "xoxe.xoxp-"
	    "1-" R36,
	    "Cookie: d=xoxd-" R24 "%2F" R16 "%3D"},
	.no = {"xoxo-love-letters-2026-edition",
	    "xoxb-"
	    "not-a-real-token-this-will-not-work",
	    "xoxb-"
	    "000000000000-000000000000-xxxxxxxxxxxxxxxxxxxxxxxx"},
    },
    {
	.id = "slack-webhook",
	.what = "Slack webhook address",
	.shapes = {"hooks.slack.com/services/[A-Za-z0-9/_-]{20,}",
	    "hooks.slack.com/workflows/[A-Za-z0-9/_-]{20,}",
	    "hooks.slack.com/triggers/[A-Za-z0-9/_-]{20,}",
	    "hooks.slack-gov.com/services/[A-Za-z0-9/_-]{20,}"},
	.prove = ses_proof_random,
	.yes = {"https://hooks.slack.com/"
		"services/T0Q7RT2ZX/B0LM4KP8V/" R24,
	    "\"https:\\/\\/hooks.slack.com\\/"
	    "services\\/T0Q7RT2ZX\\/"
	    "B0LM4KP8V\\/" R24 "\""},
	.no = {"https://hooks.slack.com/services/T00/B00/XXXXXXXXXXXXXXXXXX"},
    },
    {
	.id = "slack-secret",
	.what = "Slack signing secret, client secret or verification token",
	.names = {"slack*secret", "slack*verification token",
	    "slack*legacy token"},
	.shapes = {HEX "{32}", ALNUM "{24}"},
	.prove = ses_proof_random,
	.yes = {"SLACK_SIGNING_SECRET=" H32,
	    "\"slackClientSecret\": \"" H32 "\"",
	    "SLACK_VERIFICATION_TOKEN=" R24},
	.no = {"SLACK_CHANNEL=" H32, "SLACK_SIGNING_SECRET=your-secret"},
    },
    {
	.id = "discord-token",
	.what = "Discord token of a bot or user",
	.shapes = {"Bot [MNO]" WORD "{22,30}." WORD "{6,7}." WORD "{27,}",
	    "mfa." WORD "{80,}"},
	.prove = ses_proof_random,
	.yes = {"Authorization: Bot MTq7" R16 "c3Wn.Gf0JaU." R36 "x9",
	    "\"mfa." R36 R24 R24 "\""},
	.no = {"Bot MyBot.is.here", "mfa.required_by_policy"},
    },
    {
	.id = "discord-named-token",
	.what = "Discord bot token, by its name",
	.names = {"discord*token", "bot token", "discord*key", "token"},
	.shapes = {"[MNO]" WORD "{22,30}." WORD "{6,7}." WORD "{27,}"},
	.prove = ses_proof_random,
	.yes = {"DISCORD_TOKEN=MTq7" R16 "c3Wn.Gf0JaU." R36 "x9",
	    "\"token\": \"ODq7" R16 "c3Wn.Gf0JaU." R24 "Hd5\"",
	    "BOT_TOKEN='NzA3" R16 "c3WnHd.Gf-JaU." R36 "x9'"},
	.no = {"DISCORD_TOKEN=your-token-here", "token = Module.method.call"},
    },
    {
	.id = "discord-client-secret",
	.what = "Discord client secret",
	.names = {"discord*secret"},
	.shapes = {WORD "{32}"},
	.prove = ses_proof_random,
	.yes = {"DISCORD_CLIENT_SECRET=" R24 "-d5Gf0J_",
	    "\"discordClientSecret\":\"" R16 R16 "\""},
	.no = {"DISCORD_CLIENT_SECRET=your_discord_client_secret_here1"},
    },
    {
	.id = "discord-webhook",
	.what = "Discord webhook address",
	.shapes = {"discord.com/api/webhooks/[0-9]{15,22}/" WORD "{40,}",
	    "discordapp.com/api/webhooks/[0-9]{15,22}/" WORD "{40,}",
	    "discord.com/api/v[0-9]{1,2}/webhooks/[0-9]{15,22}/" WORD "{40,}"},
	.prove = ses_proof_random,
	.yes = {"https://discord.com/"
		"api/webhooks/581754069866314981/" R36 "_" R24 "-x9Lm4K",
	    "\"https:\\/\\/discordapp.com\\/"
	    "api\\/webhooks\\/581754069866314981\\/" R36 R24 "x9Lm4K\""},
	.no = {"https://discord.com/api/webhooks/<id>/<token>",
	    "https://discord.com/api/webhooks/581754069866314981/"
	    "your_webhook_token_goes_here_and_nothing_else"},
    },
    {
	.id = "telegram-bot-token",
	.what = "Telegram bot token",
	.anchor = ":AA",
	.find = ses_around_telegram,
	.prove = ses_proof_random,
	.yes = {"TELEGRAM_BOT_TOKEN=7012345986:"
		"AA" R24 "-d5Gf0Ja",
	    "https://api.telegram.org/bot5289374894:"
	    "AA" R24 "_Hd5Gf0J/getMe",
	    "\\n98765012:"
	    "AA" R24 "Hd5Gf0Ja_\\n"},
	.no = {"110201543:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	    "1234:AA" R24 "Hd5Gf0JaU", "12:30:AAPL"},
    },
    {
	.id = "chat-webhook",
	.what = "address at which a chat or an automation takes messages",
	.shapes = {"webhook.office.com/webhookb2/[0-9a-f@-]{36,}/"
		   "IncomingWebhook/[A-Za-z0-9/_-]{32,}",
	    "outlook.office.com/webhook/[0-9a-f@-]{36,}/"
	    "IncomingWebhook/[A-Za-z0-9/_-]{32,}",
	    "sv=1.0&sig=" WORD "{40,}",
	    "chat.googleapis.com/v1/spaces/" WORD
	    "{6,}/messages[A-Za-z0-9_?&=%.-]{40,}",
	    "oapi.dingtalk.com/robot/send?access_token=" HEX "{40,}",
	    "open.feishu.cn/open-apis/bot/v2/hook/[0-9a-f-]{30,}",
	    "open.larksuite.com/open-apis/bot/v2/hook/[0-9a-f-]{30,}",
	    "qyapi.weixin.qq.com/cgi-bin/webhook/send?key=[0-9a-f-]{30,}",
	    "hooks.zapier.com/hooks/catch/[A-Za-z0-9/]{10,}",
	    "hook.[a-z0-9]{3,4}.make.com/" ALNUM "{24,}",
	    "maker.ifttt.com/trigger/" WORD "{1,64}/with/key/" WORD "{20,}",
	    "maker.ifttt.com/trigger/" WORD "{1,64}/json/with/key/" WORD
	    "{20,}",
	    "api.flock.com/hooks/sendMessage/[0-9a-f-]{30,}"},
	.prove = ses_proof_random,
	.yes = {"https://acme.webhook.office.com/"
		"webhookb2/" U36 "@" U36 "/IncomingWebhook/" H32 "/" U36,
	    "/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers&"
	    "sv=1.0&sig=" R36 "-_7Rt2Z",
	    "https://oapi.dingtalk.com/"
	    "robot/send?access_token=" H64,
	    "https://open.feishu.cn/"
	    "open-apis/bot/v2/hook/" U36,
	    "https://hook.eu1.make.com/" R24 "Hd5Gf0Ja"},
	.no = {"https://hooks.zapier.com/hooks/catch/YOUR/HOOK",
	    "https://maker.ifttt.com/trigger/event/with/key/YOUR_KEY_GOES_HERE"
	    "_NOW"},
    },
    {
	.id = "mattermost-webhook",
	.what = "Mattermost webhook",
	.anchor = "/hooks/",
	.shapes = {"/hooks/<[a-z0-9]{26}>"},
	.prove = ses_proof_random,
	.yes = {"https://chat.test/hooks/" L26,
	    "\"https://mm.test/hooks/" L26 "\""},
	.no = {"/hooks/usedebouncedcallbackfnsome",
	    "https://chat.test/hooks/xxxxxxxxxxxxxxxxxxxxxxxxxx"},
    },
    {
	.id = "dingtalk-secret",
	.what = "DingTalk signing secret",
	.shapes = {"SEC" HEX "{64}"},
	.prove = ses_proof_no_example,
	.yes = {"DINGTALK_SECRET=SEC" H64, "\"SEC" H64 "\""},
	.no = {"SEC" H32, "PARSEC" H64},
    },
    {
	.id = "matrix-token",
	.what = "Matrix access token",
	.shapes = {"syt_[A-Za-z0-9+/=]{2,64}_" ALNUM "{20}_" ALNUM "{6}"},
	.prove = ses_proof_random,
	.yes = {"\"access_token\": \"syt_"
		"bWU_" R16 "c3Wn_Hd5Gf0\"",
	    "MATRIX_TOKEN=syt_"
	    "Ym90_" R16 "q7Rt_2Zx9Lm"},
	.no = {"syt_"
	       "xxxxxxxx_xxxxxxxxxxxxxxxxxxxx_xxxxxx"},
    },
    {
	.id = "messenger-named-secret",
	.what = "secret of a messenger, by its name",
	.names = {"zoom*secret", "zoom*token", "webex*token", "webex*secret",
	    "rocketchat*token", "rocket chat*token", "zulip*key",
	    "line channel*token", "line channel*secret", "line notify*token",
	    "wechat*secret", "weixin*secret", "wx secret", "wecom*secret",
	    "feishu*secret", "lark*secret", "dingtalk*secret", "dingtalk*token",
	    "viber*token", "mattermost*token", "whatsapp*token",
	    "teams*password", "kakao*key"},
	.shapes = {VALUE},
	.prove = ses_proof_value,
	.yes = {"ZOOM_CLIENT_SECRET=" R16 R16, "ZULIP_API_KEY=" R16 R16,
	    "FEISHU_APP_SECRET=" R16 R16, "MATTERMOST_TOKEN=" L26,
	    "WECHAT_APP_SECRET=" H32},
	.no = {"ZOOM_CLIENT_SECRET=your_zoom_client_secret",
	    "lark_secret = read_secret(\"lark\")"},
    },
    {
	.id = "facebook-token",
	.what = "access token of Facebook, Instagram, Threads or WhatsApp",
	.shapes = {"EAA" ALNUM "{80,360}", "IGQV" WORD "{80,360}",
	    "IGQW" WORD "{80,360}", "IGAA" WORD "{80,360}",
	    "THAA" WORD "{80,360}"},
	.prove = ses_proof_random,
	.yes = {"FB_ACCESS_TOKEN=EAAC" R36 R36 R24,
	    "?access_token=IGQV" R36 R36 R16, "\"EAAG" R36 R36 R36 "\""},
	.no = {"EAAC" R36, "EAA"
			   "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
			   "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"},
    },
    {
	.id = "facebook-app-secret",
	.what = "secret of an app of Facebook, Instagram or WhatsApp",
	.names = {"facebook*secret", "fb*secret", "meta app secret",
	    "meta*client secret", "instagram*secret", "whatsapp*secret",
	    "threads*secret"},
	.shapes = {HEX "{32}"},
	.prove = ses_proof_no_example,
	.yes = {"FACEBOOK_APP_SECRET=" H32, "fbAppSecret: '" H32 "'"},
	.no = {"FACEBOOK_APP_ID=" H32,
	    "FACEBOOK_APP_SECRET=00000000000000000000000000000000"},
    },
    {
	.id = "twitter-secret",
	.what = "token or secret of Twitter (X)",
	.names = {"twitter*secret", "twitter*token", "twitter*key",
	    "x api secret", "x bearer token", "x access token secret"},
	.shapes = {"[A-Za-z0-9%-]{25,}"},
	.prove = ses_proof_random,
	.yes = {"TWITTER_BEARER_TOKEN=AAAAAAAAAAAAAAAAAAAAA" R24 "%2B" R36
		"%3D" R24,
	    "TWITTER_API_SECRET=" R36 "x9Lm4Kp8Vbc3Wn",
	    "twitterAccessToken: \"581754069866314981-" R36 "\""},
	.no = {"TWITTER_API_KEY=your-twitter-consumer-api-key",
	    "twitter_token = get_twitter_token_for_user"},
    },
    {
	.id = "linkedin-secret",
	.what = "LinkedIn client secret",
	.shapes = {"WPL_AP1.[A-Za-z0-9]{10,}[A-Za-z0-9.+/=]{0,16}"},
	.prove = ses_proof_random,
	.yes = {"LINKEDIN_CLIENT_SECRET=WPL_AP1." R16 ".c3Wn6Y==",
	    "\"WPL_AP1." R16 ".Hd5Gf0==\""},
	.no = {"WPL_AP1."
	       "xxxxxxxxxxxxxxxx.xxxxxx=="},
    },
    {
	.id = "twitch-token",
	.what = "Twitch chat token",
	.shapes = {"oauth:[a-z0-9]{30}"},
	.prove = ses_proof_random,
	.yes = {"PASS oauth:" L26 "f5jg", "\"oauth:" L26 "2m8x\""},
	.no = {"oauth:"
	       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
	    "oauth:token"},
    },
    {
	.id = "vk-token",
	.what = "VK access token",
	.shapes = {"vk1.a." WORD "{60,}"},
	.prove = ses_proof_random,
	.yes = {"VK_TOKEN=vk1.a." R36 R36 "_" R24, "\"vk1.a." R36 "-" R36 "\""},
	.no = {"vk1.a." R16},
    },
    {
	.id = "social-network-secret",
	.what = "token or secret of a social network, by its name",
	.names = {"linkedin*secret", "linkedin*token", "twitch*secret",
	    "twitch*token", "reddit*secret", "reddit*token", "spotify*secret",
	    "spotify*token", "pinterest*secret", "pinterest*token",
	    "tiktok*secret", "tiktok*token", "snapchat*secret",
	    "mastodon*token", "mastodon*secret", "bluesky*password",
	    "bsky*password", "steam*api key", "tumblr*secret", "youtube*key",
	    "youtube*secret", "vk access token", "strava*secret", "giphy*key"},
	.shapes = {VALUE},
	.prove = ses_proof_value,
	.yes = {"TWITCH_CLIENT_SECRET=" L26 "f5jg",
	    "SPOTIFY_CLIENT_SECRET=" H32, "REDDIT_CLIENT_SECRET=" R24 "-x9",
	    "LINKEDIN_CLIENT_SECRET=" R16, "STEAM_API_KEY=" U26 "9C4XH7"},
	.no = {"SPOTIFY_CLIENT_SECRET=your_spotify_client_secret",
	    "reddit_token = praw.refresh_token_manager"},
    },
    {
	.id = "bluesky-app-password",
	.what = "Bluesky app password",
	.names = {"bluesky*password", "bsky*password", "atproto*password",
	    "bsky*pass"},
	.shapes = {"[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}"},
	.prove = ses_proof_no_example,
	.yes = {"BLUESKY_APP_PASSWORD=k3x9-w2m7-pq5v-8zr4",
	    "\"bskyPassword\":\"tn6y-c1hd-b0k3-x9w2\""},
	.no = {"BLUESKY_APP_PASSWORD=xxxx-xxxx-xxxx-xxxx"},
    },
    {.id = NULL},
};
