"""What the benches of the server share: seshat and nginx, and wrk."""
import re
import shutil
import socket
import subprocess
import time

import measure

CONF = """daemon off; master_process off; worker_processes 1;
pid {dir}/pid; error_log {dir}/error crit;
events {{ worker_connections 1024; }}
http {{ access_log off; keepalive_requests 100000000; sendfile on;
client_body_temp_path {dir}; proxy_temp_path {dir}; fastcgi_temp_path {dir};
uwsgi_temp_path {dir}; scgi_temp_path {dir};
server {{ listen 127.0.0.1:{port}; default_type application/json;
{location} }} }}"""


def seshat(*args, env=None):
    """The server and its URL."""
    server = subprocess.Popen(
        [measure.SESHAT, "serve", "--listen", "127.0.0.1:0", *args],
        stdout=subprocess.PIPE, text=True, env=env)
    return server, server.stdout.readline().split()[1]


def nginx(folder, location):
    """One with one worker and its URL, or None twice where there is none."""
    program = shutil.which("nginx") or shutil.which(
        "nginx", path="/usr/sbin:/sbin")
    if program is None:
        print("nginx is not there: only seshat is measured")
        return None, None
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    conf = folder / "nginx.conf"
    conf.write_text(CONF.format(dir=folder, port=port, location=location))
    server = subprocess.Popen([program, "-e", folder / "error", "-c", conf])
    for _ in range(500):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except OSError:
            time.sleep(0.01)
    return server, f"http://127.0.0.1:{port}"


def requests(url, connections, seconds):
    """A second; and the middle of the time each takes, in microseconds."""
    threads = "2" if connections > 1 else "1"
    out = subprocess.run(
        ["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s",
         "--latency", url], check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in out:
        raise SystemExit(out)
    p50, unit = re.search(r"50%\s+([\d.]+)(us|ms)", out).groups()
    return (float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1)),
            float(p50) * (1000 if unit == "ms" else 1))


def stop(*servers):
    for server in servers:
        if server is not None:
            server.terminate()
            server.wait()
