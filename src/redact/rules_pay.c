/* Payments, shops, money. */
#include "redact/around.h"
#include "redact/rules.h"
#include "redact/samples.h"

const struct ses_rule ses_rules_pay[] = {
    {
	.id = "stripe-key",
	.what = "Stripe secret key, restricted key or webhook secret, or "
		"another's of the same form",
	.shapes = {"[rs]k_live_" ALNUM "{16,}", "[rs]k_test_" ALNUM "{16,}",
	    "ek_live_" ALNUM "{16,}", "ek_test_" ALNUM "{16,}",
	    "sk_org_[A-Za-z0-9_]{20,}", "whsec_[A-Za-z0-9+/=]{24,}"},
	.prove = ses_proof_random,
	.yes = {"sk_live_" R24, "\\nrk_test_" R24, "whsec_" R24 R16},
	.no = {"pk_live_" R24,
	    "sk_test_"
	    "XXXXXXXXXXXXXXXXXXXXXXXX",
	    "sk_test_"
	    "4eC39HqLyjWDarjtT1zdp7dc"},
    },
    {
	.id = "square-token",
	.what = "Square access token",
	.anchor = "EAAA",
	.find = ses_around_square,
	.prove = ses_proof_random,
	.yes = {"SQUARE_ACCESS_TOKEN=EAAA" R36 R24},
	.no = {"EAAA" R24, "/EAAA" R36 R24, "EAAA" R36 R24 "/" R24},
    },
    {
	.id = "square-secret",
	.what = "Square application secret or old access token",
	.shapes = {"sq0atp-" WORD "{22,}", "sq0csp-" WORD "{40,}",
	    "sandbox-sq0csb-" WORD "{40,}"},
	.prove = ses_proof_random,
	.yes = {"sq0"
		"atp-" R16 "c3Wn6Y",
	    "sq0"
	    "csp-" R36 "_-x4aB9"},
	.no = {"sq0idp-" R16 "c3Wn6Y", "sq0csp-your-secret"},
    },
    {
	.id = "shopify-token",
	.what = "Shopify token or app secret",
	.shapes = {"shpat_[0-9a-fA-F]{32}", "shpca_[0-9a-fA-F]{32}",
	    "shppa_[0-9a-fA-F]{32}", "shpss_[0-9a-fA-F]{32}",
	    "shpua_[0-9a-fA-F]{32}", "shptka_[0-9a-fA-F]{32}",
	    "shprt_[0-9a-fA-F]{32}", "prtapi_[0-9a-fA-F]{32}",
	    "atkn_[A-Za-z0-9]{50,}"},
	.prove = ses_proof_no_example,
	.yes = {"X-Shopify-Access-Token: shpat"
		"_" H32,
	    "shpss"
	    "_" H32,
	    "shptka"
	    "_" H32},
	.no = {"shpat_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
	    "shpss_your_shared_secret"},
    },
    {
	.id = "braintree-token",
	.what = "access token of Braintree or PayPal",
	.shapes = {"access_token$production$[a-z0-9]{16}$[0-9a-f]{32}",
	    "access_token$sandbox$[a-z0-9]{16}$[0-9a-f]{32}",
	    "A21AA" WORD "{80,}"},
	.prove = ses_proof_no_example,
	.yes = {"access_token"
		"$production$q7rt2zx9lm4kp8vb$" H32,
	    "\"access_token\":\"A21AA" R36 "_" R36 "-" R24 "\""},
	.no = {"access_token$production$merchant", "A21AA" R36},
    },
    {
	.id = "adyen-key",
	.what = "Adyen API key",
	.shapes = {"AQE[a-z]hmf[A-Za-z0-9+/=~$>*.:^|?_-]{60,}"},
	.prove = ses_proof_random,
	.yes = {"ADYEN_API_KEY=AQEyhmf"
		"xK" R36 "/" R36 "==-" R24 "=-GG~qyJ$d2c5BYWP"},
	.no = {"AQEyhmfxK...", "AQE" R36 R36},
    },
    {
	.id = "razorpay-key",
	.what = "Razorpay key",
	.shapes = {"rzp_live_" ALNUM "{14,}", "rzp_test_" ALNUM "{14,}"},
	.prove = ses_proof_random,
	.yes = {"RAZORPAY_KEY_ID=rzp_"
		"live_Q7rt2Zx9Lm4Kp8"},
	.no = {"rzp_test_xxxxxxxxxxxxxx"},
    },
    {
	.id = "plaid-token",
	.what = "Plaid access token of a bank account",
	.shapes = {"access-production-" UUID, "access-sandbox-" UUID,
	    "access-development-" UUID},
	.prove = ses_proof_no_example,
	.yes = {"\"access_token\": \"access-"
		"production-" U36 "\""},
	.no = {"access-production-logs", "access-sandbox-your-token"},
    },
    {
	.id = "paddle-key",
	.what = "Paddle API key or webhook secret",
	.shapes = {"pdl_live_apikey_[A-Za-z0-9_]{30,}",
	    "pdl_sdbx_apikey_[A-Za-z0-9_]{30,}",
	    "pdl_ntfset_[A-Za-z0-9_+/]{30,}"},
	.prove = ses_proof_random,
	.yes = {"pdl_live"
		"_apikey_01q7rt2zx9lm4kp8vbc3wn6ys1_" R16 "c3Wn6Y_Xy4",
	    "pdl_ntfset"
	    "_01q7rt2zx9lm4kp8vbc3wn6ys1_" R24 "+/d5Gf0J"},
	.no = {"pdl_live_apikey_", "pdl_sdbx_apikey_"
				   "your_own_key_of_the_sandbox_here"},
    },
    {
	.id = "flutterwave-key",
	.what = "Flutterwave secret key",
	.shapes = {"FLWSECK-[A-Za-z0-9-]{20,}",
	    "FLWSECK_TEST-[A-Za-z0-9-]{20,}", "FLWSECK_TEST" ALNUM "{12,}"},
	.prove = ses_proof_random,
	.yes = {"FLWSECK"
		"-" H32 "-X",
	    "FLWSECK"
	    "_TEST-" H32 "-X"},
	.no = {"FLWPUBK-" H32 "-X", "FLWSECK-XXXXXXXXXXXXXXXXXXXXXXXX-X"},
    },
    {
	.id = "mollie-key",
	.what = "live key of Mollie, Chargebee or GoCardless",
	.anchor = "live_",
	.find = ses_around_live,
	.prove = ses_proof_random,
	.yes = {"MOLLIE_KEY=live"
		"_" R24 "Hd5Gf0",
	    "token: live"
	    "_" R24 "-Hd5Gf0JaUo2_x4q"},
	.no = {"live_streamingTranscriptionServiceOptions", "live_" R16,
	    "pk_live_" R36 R36},
    },
    {
	.id = "easypost-key",
	.what = "EasyPost, Shippo or Duffel key",
	.shapes = {"EZAK" ALNUM "{50,}", "EZTK" ALNUM "{50,}",
	    "shippo_live_[0-9a-f]{40}", "shippo_test_[0-9a-f]{40}",
	    "duffel_live_" WORD "{40,}", "duffel_test_" WORD "{40,}"},
	.prove = ses_proof_random,
	.yes = {"EZ"
		"AK" R36 "q7Rt2Zx9Lm4Kp8Vbc3",
	    "shippo"
	    "_live_" H32 "9f8e7d6c",
	    "duffel"
	    "_test_" R36 "_-x4aB9"},
	.no = {"EZAK" R16, "shippo_live_token", "duffel_live_your_token"},
    },
    {
	.id = "mercadopago-token",
	.what = "Mercado Pago access token",
	.shapes = {"APP_USR-[0-9]{10,20}-[0-9]{6}-[0-9a-f]{32}-[0-9]{4,}",
	    "TEST-[0-9]{10,20}-[0-9]{6}-[0-9a-f]{32}-[0-9]{4,}"},
	.prove = ses_proof_no_example,
	.yes = {"APP_USR"
		"-9127442754176378-012926-" H32 "-912744275"},
	.no = {"APP_USR-" U36, "TEST-2026"},
    },
    {
	.id = "checkout-key",
	.what = "secret key of a payment service: Checkout.com, Xendit, "
		"Midtrans, Klarna, Cashfree, Omise",
	.shapes = {"sk_sbox_[A-Za-z0-9*#$=]{20,}",
	    "xnd_production_" ALNUM "{30,}", "xnd_development_" ALNUM "{30,}",
	    "Mid-server-" WORD "{20,}", "klarna_live_api_[A-Za-z0-9_+/=-]{30,}",
	    "klarna_test_api_[A-Za-z0-9_+/=-]{30,}",
	    "cfsk_ma_[a-z]{4}_[0-9a-f]{32}_[0-9a-f]{8}",
	    "skey_live_[0-9a-z]{15,}", "skey_test_[0-9a-z]{15,}"},
	.prove = ses_proof_random,
	.yes = {"sk_sbox"
		"_q7rt2zx9lm4kp8vbc3wn6ys1hd5",
	    "xnd_production"
	    "_" R36 R16,
	    "SB-Mid-server"
	    "-" R16 "_c3Wn6Y",
	    "klarna_live"
	    "_api_" R36 "_" R24,
	    "cfsk_ma"
	    "_prod_" H32 "_9f8e7d6c",
	    "skey_test"
	    "_5q7rt2zx9lm4kp8vbc3"},
	.no = {"Mid-server-side-rendering-of-pages", "sk_sbox_your_secret_key"},
    },
    {
	.id = "bank-token",
	.what = "token of a bank: Mercury, Brex, Stytch or another",
	.shapes = {"secret-token:[A-Za-z0-9_.-]{20,}", "bxt_" ALNUM "{30,}",
	    "secret-live-[A-Za-z0-9_=-]{30,}",
	    "secret-test-[A-Za-z0-9_=-]{30,}"},
	.prove = ses_proof_random,
	.yes = {"secret-token:mercury_production_wma_" R36 "_yrucrem",
	    "bxt"
	    "_" R36,
	    "secret-test"
	    "-" R24 "_Hd5Gf0J="},
	.no = {"secret-token:your-token-goes-here",
	    "secret-test-case-that-is-longer-than-thirty"},
    },
    {
	.id = "payment-key",
	.what = "key of a payment service, by its name",
	.names = {"paypal*secret", "braintree*private key", "plaid*secret",
	    "razorpay*secret", "adyen*key", "square*access*token",
	    "gocardless*token", "gocardless*secret", "lemon*squeezy*key",
	    "lemon*squeezy*secret", "checkout*secret*key", "cko*secret*key",
	    "wise*api*token", "transferwise*token", "recurly*key",
	    "dwolla*secret", "paytm*key", "shopify*secret", "shopify*token",
	    "paystack*secret*key", "worldpay*key", "paddle*secret"},
	.shapes = {VALUE},
	.prove = ses_proof_value,
	.yes = {"PAYPAL_CLIENT_SECRET=E" R36 "_" R36 "-xY",
	    "PLAID_SECRET=9f8e7d6c5b4a39281706f5e4d3c2b1",
	    "WISE_API_TOKEN=" U36},
	.no = {"PAYPAL_CLIENT_ID=A" R36, "PLAID_SECRET=your_plaid_secret"},
    },
    {
	.id = "exchange-key",
	.what = "key of an exchange or a broker, by its name",
	.names = {"binance*key", "binance*secret", "kraken*key",
	    "kraken*secret", "coinbase*secret", "coinbase*key", "bybit*key",
	    "bybit*secret", "kucoin*key", "kucoin*secret", "okx*secret",
	    "okx*key", "bitfinex*secret", "bitmex*secret", "gateio*secret",
	    "huobi*secret", "bitget*secret", "apca*key", "apca*secret",
	    "alpaca*secret", "alpaca*key", "deribit*secret", "mexc*secret"},
	.shapes = {VALUE},
	.prove = ses_proof_value,
	.yes = {"BINANCE_API_SECRET=" R36 R24 "x4aB",
	    "KRAKEN_PRIVATE_KEY=" R36 "/" R36 "+q7Rt2Zx9Lm4K==",
	    "APCA-API-SECRET-KEY: " R36 "x4aB"},
	.no = {"binance_api_key = your_binance_api_key",
	    "BINANCE_BASE_URL=https://api.binance.com/api/v3"},
    },
    {
	.id = "rpc-url-key",
	.what = "key in the address of a blockchain node",
	.shapes = {"alchemy.com/v2/<" WORD "{30,}>",
	    "alchemyapi.io/v2/<" WORD "{30,}>", "infura.io/v3/<[0-9a-f]{32}>",
	    "infura.io/ws/v3/<[0-9a-f]{32}>", "quiknode.pro/<[0-9a-f]{40}>",
	    "ankr.com/[a-z_]{2,24}/<[0-9a-f]{64}>",
	    "helius-rpc.com/[?]api-key=<" UUID ">"},
	.prove = ses_proof_random,
	.yes = {"https://eth-mainnet.g.alchemy.com/v2/" R24 "_Hd5Gf0J",
	    "wss://mainnet.infura.io/ws/v3/" H32,
	    "{\"u\":\"https:\\/\\/a-b.solana-mainnet.quiknode.pro\\/" H32
	    "9f8e7d6c\\/\"}",
	    "https://mainnet.helius-rpc.com/?api-key=" U36},
	.no = {"https://mainnet.infura.io/v3/YOUR-PROJECT-ID",
	    "https://eth-mainnet.g.alchemy.com/v2/your-api-key-goes-in-here-now"},
    },
    {
	.id = "wallet-key",
	.what = "extended private key of a wallet",
	.shapes = {"xprv[1-9A-HJ-NP-Za-km-z]{100,}",
	    "yprv[1-9A-HJ-NP-Za-km-z]{100,}", "zprv[1-9A-HJ-NP-Za-km-z]{100,}",
	    "tprv[1-9A-HJ-NP-Za-km-z]{100,}"},
	.prove = ses_proof_random,
	.yes = {"xprv"
		"9s21q7Rt2Zx9Lm4Kp8Vbc3Wn6Ys1Hd5Gf9JaUo2eq7Rt2Zx9Lm4Kp8Vbc3Wn6"
		"Ys1Hd5Gf9JaUo2eq7Rt2Zx9Lm4Kp8Vbc3Wn6Ys1Hd5Gf9JaUo2"},
	.no = {"xpub"
	       "9s21q7Rt2Zx9Lm4Kp8Vbc3Wn6Ys1Hd5Gf9JaUo2eq7Rt2Zx9Lm4Kp8Vbc3Wn6"
	       "Ys1Hd5Gf9JaUo2eq7Rt2Zx9Lm4Kp8Vbc3Wn6Ys1Hd5Gf9JaUo2",
	    "xprv" R36},
    },
    {
	.id = "wallet-private-key",
	.what = "private key of an Ethereum account",
	.names = {"private key", "deployer*key"},
	.shapes = {"0x[0-9a-fA-F]{64}", "[0-9a-fA-F]{64}"},
	.prove = ses_proof_no_example,
	.yes = {"DEPLOYER_PRIVATE_KEY=0x" H32 H32, "--private-key " H32 H32},
	.no = {"PRIVATE_KEY=0x0000000000000000000000000000000000000000000000000"
	       "000000000000001",
	    "tx_hash=0x" H32 H32},
    },
    {
	.id = "wallet-phrase",
	.what = "words from which the keys of a wallet are made",
	.names = {"mnemonic", "seed*phrase", "recovery*phrase"},
	.shapes = {"[a-z]{3,8}[ ][a-z]{3,8}[ ][a-z]{3,8}[ ][a-z]{3,8}[ ]"
		   "[a-z]{3,8}[ ][a-z]{3,8}[ ][a-z]{3,8}[ ][a-z]{3,8}[ ]"
		   "[a-z]{3,8}[ ][a-z]{3,8}[ ][a-z]{3,8}[ ][a-z ]{3,120}"},
	.prove = ses_proof_phrase,
	.yes = {"MNEMONIC=\"gravity lamp orbit velvet canoe thumb ladder "
		"pepper sail ocean fringe maple\""},
	.no = {"MNEMONIC=\"test test test test test test test test test test "
	       "test junk\"",
	    "mnemonic: the words that are shown once when a wallet is made"},
    },
    {.id = NULL},
};
