/* What frameworks, clusters and networks keep secret. */
#include "redact/rules.h"
#include "redact/samples.h"

/* What Django makes its keys of. */
#define DJANGO "[a-z0-9!@#$%^&*(_=+)-]"

const struct ses_rule ses_rules_app[] = {
    {
	.id = "django-secret-key",
	.what = "Django secret key",
	.shapes = {"django-insecure-" DJANGO "{40,60}"},
	.prove = ses_proof_no_example,
	.yes = {"SECRET_KEY = 'django-insecure-"
		"k3x9!w2m7@pq5v8#zr4tn6$yc1hd"
		"%b0k^3x9w2&m7pq5v8*zr4'",
	    "\"django-insecure-"
	    "tn6yc1hd=b0k3x9w2+m7pq5v8-zr4tn6_yc1h(d)b0k3xm7"
	    "9w2\""},
	.no = {"django-insecure-key", "django-insecure-"
				      "xxxxxxxxxxxxxxxxxxxxxxxx"
				      "xxxxxxxxxxxxxxxxxxxxxxxxxx"},
    },
    {
	.id = "django-named-key",
	.what = "Django secret key, by its name",
	.names = {"secret key"},
	.shapes = {DJANGO "{50}"},
	.prove = ses_proof_no_example,
	.yes = {"SECRET_KEY = '"
		"k3x9!w2m7@pq5v8#zr4tn6$yc1hd%b0k^3x9w2&m7pq5v8*z"
		"r4'",
	    "DJANGO_SECRET_KEY=\""
	    "tn6yc1hd=b0k3x9w2+m7pq5v8-zr4tn6_yc1h(d)b0k3xm7"
	    "9w2\""},
	.no = {"SECRET_KEY = '${DJANGO_SECRET_KEY}'",
	    "SECRET_KEY = os.environ['DJANGO_SECRET_KEY']"},
    },
    {
	.id = "laravel-app-key",
	.what = "Laravel application key",
	.names = {"app key", "app previous keys"},
	.shapes = {"base64:[A-Za-z0-9+/]{43}=", "base64:[A-Za-z0-9+/]{22}=="},
	.prove = ses_proof_random,
	.yes = {"APP_KEY=base64:" R36 "x9Lm/Kp=",
	    "\"APP_KEY\": \"base64:" R16 "+3Wn6Y==\""},
	.no = {"APP_KEY=base64:...", "APP_KEY="},
    },
    {
	.id = "wordpress-salt",
	.what = "WordPress key or salt",
	.names = {"auth key", "auth salt", "logged in key", "logged in salt",
	    "nonce key", "nonce salt"},
	.prove = ses_proof_salt,
	.yes = {"define('AUTH_KEY', '" R16 "| " R16
		"~c3Wn6Ys1{Hd5}Gf0J(a)Uo2e,Rt2'",
	    "define( 'NONCE_SALT', '" R24 ":" R24 "<c3 n6Ys1>Hd5,k' );"},
	.no = {"define('AUTH_KEY', 'put your unique phrase here');",
	    "nonce_key = \"" R16 "\""},
    },
    {
	.id = "fernet-key",
	.what = "Fernet key",
	.names = {"fernet key", "fernet*keys", "airflow*key"},
	.shapes = {"[A-Za-z0-9_-]{43}="},
	.prove = ses_proof_random,
	.yes = {"AIRFLOW__CORE__FERNET_KEY=" R36 "-9Lm4Kp=",
	    "fernet_key: \"" R36 "x9Lm_Kp=\""},
	.no = {"FERNET_KEY=your-fernet-key", "fernet_hash=" R36 "x9Lm_Kp="},
    },
    {
	.id = "asp-net-machine-key",
	.what = "ASP.NET machine key",
	.names = {"validation key", "decryption key"},
	.shapes = {"[0-9A-Fa-f]{40,}"},
	.prove = ses_proof_random,
	.yes = {"<machineKey validationKey=\"" H64 H64 "\"",
	    "decryptionKey=\"" H40 "04b8f26a\""},
	.no = {"validationKey=\"AutoGenerate,IsolateApps\""},
    },
    {
	.id = "apple-app-password",
	.what = "app-specific password of an Apple account",
	.names = {"apple*password", "app specific password",
	    "application specific password", "notarytool*password",
	    "notarization*password", "ac password", "icloud*password"},
	.shapes = {"[a-z]{4}-[a-z]{4}-[a-z]{4}-[a-z]{4}"},
	.prove = ses_proof_no_example,
	.yes = {"APPLE_APP_SPECIFIC_PASSWORD=qxrt-zlmk-pvbc-wnys",
	    "--apple-password \"hdgf-jauo-ezxl-mkpv\""},
	.no = {"APPLE_ID_PASSWORD=xxxx-xxxx-xxxx-xxxx",
	    "apple-password: your-app-password"},
    },
    {
	.id = "cluster-join-token",
	.what = "token that lets a machine into a cluster",
	.shapes = {"SWMTKN-1-[a-z0-9]{40,}-[a-z0-9]{20,}",
	    "K10" HEX "{50,}::[a-z]{4,10}:" HEX "{20,}"},
	.prove = ses_proof_random,
	.yes = {"docker swarm join --token SWMTKN-"
		"1-" L26 "f5jg2m8x4p6w9v3r7t1d"
		"q-"
		"3x9w2m7pq5v8zr4tn6yc1hdb0",
	    "K3S_TOKEN=K10" H64 "::server:" H32},
	.no = {"SWMTKN-1-...", "K10::server:password"},
    },
    {
	.id = "kubernetes-join-token",
	.what = "token that lets a node into a Kubernetes cluster",
	.names = {"token"},
	.shapes = {"[a-z0-9]{6}.[a-z0-9]{16}"},
	.prove = ses_proof_value,
	.yes = {"kubeadm join 10.0.0.1:6443 --token k3x9w2.m7pq5v8zr4tn6yc1",
	    "token: \"c1hdb0.k3x9w2m7pq5v8zr4\""},
	.no = {"--token abcdef.0123456789abcdef",
	    "token = object.getaccesstoken1", "token: system.configurationsix"},
    },
    {
	.id = "kubernetes-certificate-key",
	.what = "key of the certificates of a Kubernetes cluster",
	.names = {"certificate key"},
	.shapes = {HEX "{64}"},
	.prove = ses_proof_no_example,
	.yes = {"--certificate-key " H64, "certificateKey: " H64},
	.no = {"--discovery-token-ca-cert-hash sha256:" H64},
    },
    {
	.id = "wireguard-key",
	.what = "private or shared key of WireGuard",
	.names = {"private key", "preshared key", "pre shared key"},
	.shapes = {"[A-Za-z0-9+/]{43}="},
	.prove = ses_proof_random,
	.yes = {"PrivateKey = " R36 "x9Lm/Kp=",
	    "PresharedKey = " R24 "+" R16 "9w="},
	.no = {"PublicKey = " R36 "x9Lm/Kp=", "PrivateKey = <private key>"},
    },
    {.id = NULL},
};
