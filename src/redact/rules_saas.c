/* Services that teams work, write and sell with. */
#include "redact/around.h"
#include "redact/rules.h"
#include "redact/samples.h"

const struct ses_rule ses_rules_saas[] = {
    {
	.id = "atlassian-token",
	.what = "Atlassian API token",
	.shapes = {"ATATT3[A-Za-z0-9_=-]{60,}", "ATSTT3[A-Za-z0-9_=-]{60,}"},
	.prove = ses_proof_random,
	.yes = {"JIRA_API_TOKEN=ATATT"
		"3xFfGF0" R36 R36 "_-" R36 "=9F8E7D6C",
	    "ATSTT"
	    "3xFfGN0" R36 R36 "=9F8E7D6C"},
	.no = {"ATATT3xFfGF0...", "ATATT3" R24},
    },
    {
	.id = "atlassian-key",
	.what = "token of Jira, Confluence or Trello, by its name",
	.names = {"jira*token", "jira*pat", "confluence*token",
	    "confluence*pat", "atlassian*token", "atlassian*key",
	    "jira*api*key", "trello*token", "trello*key", "trello*secret"},
	.shapes = {VALUE},
	.prove = ses_proof_value,
	.yes = {"JIRA_API_TOKEN=" R24, "TRELLO_TOKEN=" H32 H32,
	    "\"confluenceToken\": \"" R36 "q7Rt2Zx9\""},
	.no = {"JIRA_PROJECT_KEY=PLATFORM",
	    "JIRA_API_TOKEN=your_api_token_here",
	    "jira_key: PROJ-1234567890123456"},
    },
    {
	.id = "trello-token",
	.what = "Trello token",
	.shapes = {"ATTA[0-9a-f]{60,}[A-Z0-9]{0,16}"},
	.prove = ses_proof_no_example,
	.yes = {"ATTA" H32 H32 "9F8E7D6C"},
	.no = {"ATTACHMENTS", "ATTA" H32},
    },
    {
	.id = "notion-token",
	.what = "Notion token",
	.shapes = {"ntn_" ALNUM "{40,}", "secret_" ALNUM "{43}"},
	.prove = ses_proof_random,
	.yes = {"NOTION_TOKEN=ntn"
		"_91274427541" R36,
	    "secret"
	    "_" R36 "Xy4aB9Q"},
	.no = {"secret_keyOfTheServiceWhichIsMadeAndThenStoredInIt",
	    "secret_" R36, "ntn_" R16},
    },
    {
	.id = "linear-key",
	.what = "Linear API key, OAuth token or webhook secret",
	.shapes = {"lin_api_" ALNUM "{30,}", "lin_oauth_" ALNUM "{30,}",
	    "lin_wh_" ALNUM "{20,}"},
	.prove = ses_proof_random,
	.yes = {"LINEAR_API_KEY=lin"
		"_api_" R36 "Xy4a",
	    "lin"
	    "_oauth_" H32 H32},
	.no = {"lin_api_"
	       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"},
    },
    {
	.id = "airtable-token",
	.what = "Airtable personal access token",
	.shapes = {"pat[A-Za-z0-9][A-Za-z0-9][A-Za-z0-9][A-Za-z0-9][A-Za-z0-9]"
		   "[A-Za-z0-9][A-Za-z0-9][A-Za-z0-9][A-Za-z0-9][A-Za-z0-9]"
		   "[A-Za-z0-9][A-Za-z0-9][A-Za-z0-9][A-Za-z0-9]."
		   "[0-9a-f]{64}"},
	.prove = ses_proof_random,
	.yes = {"AIRTABLE_PAT=pat"
		"Q7Rt2Zx9Lm4Kp8." H32 H32},
	.no = {"patQ7Rt2Zx9Lm4Kp8." H32, "pattern.com"},
    },
    {
	.id = "asana-token",
	.what = "Asana token, by its name",
	.names = {"asana*token", "asana*pat", "asana*key", "asana*secret"},
	.shapes = {"[012]/[0-9]{6,20}/[0-9]{6,20}:[0-9a-f]{32}",
	    "[012]/[0-9]{6,20}:[0-9a-f]{32}", "[0-9a-f]{32}"},
	.prove = ses_proof_no_example,
	.yes = {"ASANA_ACCESS_TOKEN=2/1209127442754176/1209378159636221:" H32,
	    "ASANA_PAT=1/1209127442754176:" H32},
	.no = {"ASANA_WORKSPACE=1209127442754176",
	    "asana_token=0/123456789abcdef"},
    },
    {
	.id = "figma-token",
	.what = "Figma token",
	.shapes = {"figd_" WORD "{30,}", "figo_" WORD "{30,}",
	    "figor_" WORD "{30,}", "figu_" WORD "{30,}"},
	.prove = ses_proof_random,
	.yes = {"FIGMA_TOKEN=figd"
		"_" R24 "_-Hd5Gf0JaUo"},
	.no = {"figd_"
	       "your_personal_access_token_here_now"},
    },
    {
	.id = "clickup-token",
	.what = "ClickUp token",
	.shapes = {"pk_[0-9]{4,12}_[A-Z0-9]{20,}"},
	.prove = ses_proof_random,
	.yes = {"CLICKUP_TOKEN=pk"
		"_9127442_" U32},
	.no = {"pk_live_" R24, "pk_123456_XXXXXXXXXXXXXXXXXXXXXXXX"},
    },
    {
	.id = "hubspot-token",
	.what = "HubSpot token of a private app",
	.shapes = {"pat-[a-z]{2}[0-9]-" UUID},
	.prove = ses_proof_no_example,
	.yes = {"HUBSPOT_TOKEN=pat"
		"-na1-" U36,
	    "pat"
	    "-eu1-" U36},
	.no = {"pat-na1-xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
	    "compat-na1-" U36},
    },
    {
	.id = "salesforce-session",
	.what = "Salesforce session id",
	.shapes = {"00D" ALNUM "{12,15}!A[A-Za-z0-9._]{59,511}"},
	.prove = ses_proof_random,
	.yes = {"sid=00D5g00000Q7Rt2"
		"!AQEAQ" R36 "." R36 "_" R16,
	    "{\"access_token\":\"00D5g00000Q7Rt2EAG"
	    "!ARoAQ" R36 "." R36 "\"}"},
	.no = {"00D5g00000Q7Rt2!AQEAQ", "00E5g00000Q7Rt2!AQEAQ" R36 R36},
    },
    {
	.id = "salesforce-token",
	.what = "Salesforce refresh token",
	.shapes = {"5Aep861[A-Za-z0-9._]{50,}"},
	.prove = ses_proof_random,
	.yes = {"5Aep"
		"861" R36 "._" R36},
	.no = {"5Aep861" R24},
    },
    {
	.id = "posthog-key",
	.what = "PostHog personal key or secret",
	.shapes = {"phx_" ALNUM "{32,}", "phs_" ALNUM "{32,}",
	    "phr_" ALNUM "{32,}"},
	.prove = ses_proof_random,
	.yes = {"POSTHOG_API_KEY=phx"
		"_" R36 "Xy4aB9Q"},
	.no = {"phc_" R36 "Xy4aB9Q", "phx_version_of_the_bird"},
    },
    {
	.id = "typeform-token",
	.what = "Typeform token",
	.shapes = {"tfp_" WORD "{40,}"},
	.prove = ses_proof_random,
	.yes = {"tfp"
		"_" R36 "_" R24},
	.no = {"tfp_model_of_the_distribution_that_was_learned_first"},
    },
    {
	.id = "contentful-token",
	.what = "Contentful management token",
	.shapes = {"CFPAT-" WORD "{40,}"},
	.prove = ses_proof_random,
	.yes = {"CFPAT"
		"-" R36 "_-x4aB9"},
	.no = {"CFPAT-your-token"},
    },
    {
	.id = "dropbox-token",
	.what = "Dropbox access token",
	.shapes = {"sl.u.[A-Za-z0-9_-]{60,}", "sl.[A-Za-z0-9_-]{100,}"},
	.prove = ses_proof_random,
	.yes = {"DROPBOX_TOKEN=sl"
		".u.AF" R36 "_" R36,
	    "sl"
	    ".B" R36 "-" R36 "_" R36},
	.no = {"sl.BooleanOperations", "sl.u.name"},
    },
    {
	.id = "mapbox-token",
	.what = "Mapbox secret token",
	.shapes = {"sk.eyJ[A-Za-z0-9_-]{40,}.[A-Za-z0-9_-]{20,}"},
	.prove = ses_proof_random,
	.yes = {"MAPBOX_TOKEN=sk.eyJ1"
		"Ijoi" R36 "." R16 "c3Wn6Y"},
	.no = {"pk.eyJ1"
	       "Ijoi" R36 "." R16 "c3Wn6Y",
	    "sk.eyJ1Ijoi"},
    },
    {
	.id = "prefect-key",
	.what = "Prefect API key",
	.shapes = {"pnu_" ALNUM "{30,}", "pnb_" ALNUM "{30,}"},
	.prove = ses_proof_random,
	.yes = {"PREFECT_API_KEY=pnu"
		"_" R36},
	.no = {"pnu_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"},
    },
    {
	.id = "data-tool-token",
	.what = "token of a data tool: dbt, Hex, Retool, Adafruit, CoinGecko",
	.shapes = {"dbtc_" WORD "{30,}", "dbtu_" WORD "{30,}",
	    "hxtp_" ALNUM "{60,}", "retool_" ALNUM "{24,}", "aio_" ALNUM "{28}",
	    "CG-" ALNUM "{24}"},
	.prove = ses_proof_random,
	.yes = {"DBT_TOKEN=dbtu"
		"_" R36 "_x4aB",
	    "retool"
	    "_01" R24,
	    "aio"
	    "_" R24 "Hd5G",
	    "CG"
	    "-" R24},
	.no = {"retool_" R16, "dbtc_your_token_that_was_made_in_the_cloud",
	    "CG-ABCDEFGHIJKLMNOPQRSTUVWX"},
    },
    {
	.id = "data-tool-key",
	.what = "key or token of a data tool, by its name",
	.names = {"amplitude*key", "amplitude*secret", "mixpanel*secret",
	    "segment*write*key", "algolia*admin*key", "algolia*api*key",
	    "algolia*write*key", "dagster*token", "airbyte*secret",
	    "retool*token", "fivetran*secret", "fivetran*key", "metabase*key",
	    "looker*secret", "tableau*secret", "rudderstack*key",
	    "hightouch*key", "scraper*key", "brightdata*password",
	    "rapidapi*key"},
	.shapes = {VALUE},
	.prove = ses_proof_value,
	.yes = {"ALGOLIA_ADMIN_KEY=" H32, "X-RapidAPI-Key: " R24 R24},
	.no = {"ALGOLIA_APP_ID=Q7RT2ZX9LM",
	    "ALGOLIA_ADMIN_KEY=your_admin_api_key"},
    },
    {
	.id = "marketing-token",
	.what = "token of Zoho, Adobe or Pinterest",
	.shapes = {"1000.[0-9a-f]{32}.[0-9a-f]{32}", "p8e-" WORD "{30,}",
	    "pina_" WORD "{50,}"},
	.prove = ses_proof_random,
	.yes = {"1000." H32 "." H32,
	    "p8e"
	    "-" R24 "_Hd5Gf0J",
	    "pina"
	    "_" U32 U32},
	.no = {"1000.00", "p8e-" R16, "pina_colada"},
    },
    {
	.id = "saas-key",
	.what = "key or token of a service that people work with, by its name",
	.names = {"notion*token", "airtable*key", "airtable*token",
	    "hubspot*key", "hapikey", "hubspot*secret", "pipedrive*token",
	    "zoho*secret", "box*client*secret", "dropbox*secret",
	    "dropbox*token", "docusign*secret", "contentful*token",
	    "sanity*token", "storyblok*token", "shortcut*token",
	    "todoist*token", "toggl*token", "coda*token"},
	.shapes = {VALUE},
	.prove = ses_proof_value,
	.yes = {"HUBSPOT_API_KEY=" U36, "SANITY_AUTH_TOKEN=sk" R36 R36 R36,
	    "hapikey=" U36, "STORYBLOK_TOKEN=" R16 "c3Wn6Ytt"},
	.no = {"hubspot_portal_id=" U36,
	    "CONTENTFUL_TOKEN=your-contentful-delivery-token"},
    },
    {
	.id = "shop-key",
	.what = "secret of a shop: WooCommerce, eBay, Etsy, Builder.io",
	.shapes = {"ck_[0-9a-f]{40}", "cs_[0-9a-f]{40}",
	    "PRD-[0-9a-f]{12}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}",
	    "SBX-[0-9a-f]{12}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}",
	    "bpk-[0-9a-f]{32}", "v^1.1#[A-Za-z0-9^#+/=]{100,}"},
	.prove = ses_proof_no_example,
	.yes = {"cs"
		"_" H32 "9f8e7d6c",
	    "PRD"
	    "-9f8e7d6c5b4a-3928-1706-f5e4-d3c2",
	    "bpk"
	    "-" H32},
	.no = {"ck_" H32, "PRD-1234", "cs_test_" R24},
    },
    {
	.id = "maxmind-key",
	.what = "license key of MaxMind",
	.anchor = "_mmk",
	.find = ses_around_maxmind,
	.prove = ses_proof_random,
	.yes = {"license_key=k9Lm4K_" R24 "Hd5Gf"
		"_mmk"},
	.no = {R24 "_mmk", "k9Lm4K_" R24 "Hd5Gf_mmkx"},
    },
    {
	.id = "service-key",
	.what = "key or token of another service, by its name",
	.names = {"flickr*key", "flickr*secret", "vimeo*token", "vimeo*secret",
	    "unsplash*key", "maxmind*key", "meraki*key", "nytimes*key",
	    "etsy*key", "freshbooks*secret", "beamer*token", "gumroad*token",
	    "patreon*token", "patreon*secret", "eventbrite*token",
	    "surveymonkey*token", "wakatime*key", "imgur*secret", "mux*secret",
	    "cloudinary*secret", "looker*key"},
	.shapes = {VALUE},
	.prove = ses_proof_value,
	.yes = {"FLICKR_API_SECRET=9f8e7d6c5b4a3928",
	    "MERAKI_DASHBOARD_API_KEY=" H40, "WAKATIME_API_KEY=" U36},
	.no = {"FLICKR_USER_ID=" H32,
	    "VIMEO_CLIENT_SECRET=your_vimeo_client_secret"},
    },
    {
	.id = "web-api-key",
	.what = "key of a web service that sells data, by its name",
	.names = {"openweather*key", "owm*key", "weather*api*key",
	    "newsapi*key", "alpha*vantage*key", "polygon*api*key",
	    "finnhub*key", "etherscan*key", "bscscan*key", "polygonscan*key",
	    "tmdb*key", "lastfm*key", "tomtom*key", "opencage*key", "yelp*key",
	    "bitly*token", "calendly*token", "nasa*key", "exchangerate*key",
	    "coinmarketcap*key", "cmc*api*key", "moralis*key", "infura*secret",
	    "infura*key"},
	.shapes = {VALUE},
	.prove = ses_proof_value,
	.yes = {"OPENWEATHER_API_KEY=" H32, "X-CMC_PRO_API_KEY: " U36,
	    "ETHERSCAN_API_KEY=" U32 "Q7"},
	.no = {"OPENWEATHER_API_KEY=YOUR_OPENWEATHER_API_KEY",
	    "weather_station=" H32},
    },
    {.id = NULL},
};
