# What scenarios need for any server of their own.

# asked once: what stands in front of it on some machines takes long
server_python=$(python3 -c 'import sys; print(sys.executable)')

# stop_server DIR: whatever was started below it.
stop_server() {
	"$server_python" "$SESHAT_SOURCE/tests/servers/stop" "$1"
}
