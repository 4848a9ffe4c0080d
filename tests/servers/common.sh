# Shared by radicale.sh and xandikos.sh; sourced, not run. Everything of a server lives in the folder given to it.
python=/usr/bin/python3

free_port() { "$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# start FOLDER NAME COMMAND...: in the background, its process id in FOLDER/NAME.pid, its output in FOLDER/NAME.log.
start() {
  local folder=$1 name=$2
  shift 2
  PYTHONDONTWRITEBYTECODE=1 "$@" > "$folder/$name.log" 2>&1 < /dev/null &
  echo $! > "$folder/$name.pid"
}

wait_for_port() {
  for _ in $(seq 200); do
    (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null && return 0
    sleep 0.1
  done
  echo "nothing listens on port $1" >&2
  return 1
}

# stop FOLDER: ends only what start() of this folder started.
stop() {
  for file in "$1"/*.pid; do
    [ -e "$file" ] || continue
    kill "$(cat "$file")" 2> /dev/null || true
    rm -f "$file"
  done
}
