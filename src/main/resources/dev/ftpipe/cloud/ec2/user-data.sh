#!/bin/bash
# An ftpipe node: brings the program from the run's store, plays the run, and gives the machine back.
umask 077
root="${FTPIPE_ROOT:-/var/lib/ftpipe}"
mkdir -p "$root/run" "$root/program"
cd "$root" || exit 1
exec >>"$root/node.log" 2>&1
set -x
export HOME="${HOME:-/root}"
# To what EC2 shows as the system log, also of a machine that is gone.
show_last() {
  { tail -n 60 "$root/node.log" >/dev/console; } 2>/dev/null
}
give_back() {
  show_last
  sync
  shutdown -h now
  exit
}

# The dead man's switch: what neither beats its heart nor is within its time is given back, whatever hangs.
touch run/heart
(
  set +x
  while sleep "$PULSE"; do
    now=$(date +%s)
    if [ $((now - $(stat -c %Y run/heart))) -gt "$SILENT" ] || [ "$now" -gt "$DEADLINE" ]; then
      echo 'no sign of life, or the time is over'
      show_last
      shutdown -h now
    fi
  done
) &

# The program, by its digest, with the rights of the machine's own role.
fetch() {
  python3 - "$root/program.tar.gz" <<'PYTHON'
import datetime, hashlib, hmac, json, os, sys, urllib.request
place = os.environ.get("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://169.254.169.254").rstrip("/") + "/latest/"
def ask(method, url, headers):
    opener = urllib.request.build_opener(*([urllib.request.ProxyHandler({})] if url.startswith(place) else []))
    return opener.open(urllib.request.Request(url, method=method, headers=headers), timeout=60)
token = ask("PUT", place + "api/token", {"X-aws-ec2-metadata-token-ttl-seconds": "300"}).read().decode()
def told(path):
    return ask("GET", place + "meta-data/iam/security-credentials/" + path, {"X-aws-ec2-metadata-token": token}).read().decode()
keys = json.loads(told(told("").split()[0]))
url, region = os.environ["PROGRAM_URL"], os.environ["PROGRAM_REGION"]
host, path = url.split("://", 1)[1].split("/", 1)
now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
empty = hashlib.sha256(b"").hexdigest()
signed = {"host": host, "x-amz-content-sha256": empty, "x-amz-date": now}
if keys.get("Token"):
    signed["x-amz-security-token"] = keys["Token"]
names = ";".join(sorted(signed))
request = "\n".join(["GET", "/" + path, ""] + [n + ":" + signed[n] for n in sorted(signed)] + ["", names, empty])
scope = "/".join([now[:8], region, "s3", "aws4_request"])
key = ("AWS4" + keys["SecretAccessKey"]).encode()
for part in scope.split("/"):
    key = hmac.new(key, part.encode(), hashlib.sha256).digest()
text = "\n".join(["AWS4-HMAC-SHA256", now, scope, hashlib.sha256(request.encode()).hexdigest()])
signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
headers = {n: v for n, v in signed.items() if n != "host"}
headers["Authorization"] = "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s" % (keys["AccessKeyId"], scope, names, signature)
digest = hashlib.sha256()
with ask("GET", url, headers) as answer, open(sys.argv[1], "wb") as file:
    for piece in iter(lambda: answer.read(1 << 20), b""):
        digest.update(piece)
        file.write(piece)
if digest.hexdigest() != os.environ["PROGRAM_DIGEST"]:
    sys.exit("the program does not have its digest")
PYTHON
}
for pause in 2 5 10 20 40 0; do
  fetch && tar -xzf program.tar.gz -C program --strip-components=1 && break
  [ "$pause" = 0 ] && give_back
  sleep "$pause"
done
rm -f program.tar.gz

# A process that was killed goes on here; one that left because the machine is taken away does not.
for attempt in 1 2 3 4 5; do
  node
  code=$?
  [ "$code" -lt 128 ] || [ "$code" = 143 ] && break
done
give_back
