"""Connections between network namespaces: standard input describes them as JSON, standard output answers each question.

{"spaces": [{"name": ..., "links": [...], "lines": [...], "nft": "..."}], "questions": [[space, from, to], ...]}

Links are made first (`ip` lines in which @NAME stands for the namespace called NAME), then each namespace's own lines are
run; lines that end in #4 or #6 are for that family. Every namespace listens on TCP 587. `answers` says of each question
whether the connection was made, `seen` is what the sets of all tables called `seen` hold then.
"""
import ctypes
import json
import os
import resource
import select
import socket
import subprocess
import sys
import time

NEWNET = 0x40000000
libc = ctypes.CDLL(None, use_errno=True)


def check(status):
    if status != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def run(command, text):
    done = subprocess.run(command, input=text, text=True, capture_output=True)
    if done.returncode != 0:
        raise SystemExit(f"{command}: {done.stderr[:2000]}\n{text[:2000]}")
    return done.stdout


def configure(lines):
    six = [line for line in lines if "::" in line or line.endswith("#6")]
    for command, own in ((["ip"], [line for line in lines if line not in six]), (["ip", "-6"], six)):
        if own:
            run([*command, "-batch", "-"], "\n".join(line.split("#")[0] for line in own) + "\n")


given = json.load(sys.stdin)
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536), hard))
spaces = {}
settings = {
    "ipv4/conf/all/rp_filter": 0,
    "ipv4/conf/default/rp_filter": 0,
    "ipv4/conf/all/accept_local": 1,
    "ipv4/ip_forward": 1,
    "ipv6/conf/all/forwarding": 1,
    "ipv6/conf/all/accept_dad": 0,
    "ipv6/conf/default/accept_dad": 0,
}
for space in given["spaces"]:
    check(libc.unshare(NEWNET))
    spaces[space["name"]] = os.open("/proc/self/ns/net", os.O_RDONLY)
    for name, value in settings.items():
        with open(f"/proc/sys/net/{name}", "w") as file:
            file.write(str(value))


def enter(name):
    check(libc.setns(spaces[name], NEWNET))


listeners = []
for step in ("links", "lines"):
    for space in given["spaces"]:
        enter(space["name"])
        lines = "\n".join(space[step])
        for word in [part for part in lines.split() if part.startswith("@")]:
            lines = lines.replace(word, f"/proc/{os.getpid()}/fd/{spaces[word[1:]]}")
        configure(lines.split("\n") if lines else [])
        if step == "lines":
            if space["nft"]:
                run(["nft", "-f", "-"], space["nft"])
            listener = socket.socket(socket.AF_INET6)
            listener.bind(("::", 587))
            listener.listen(1024)
            listeners.append(listener)

poll = select.poll()
asked = {}
answers = [False] * len(given["questions"])
for i, (space, source, target) in enumerate(given["questions"]):
    enter(space)
    one = socket.socket(socket.AF_INET6 if ":" in target else socket.AF_INET)
    one.setblocking(False)
    one.bind((source, 0))
    try:
        one.connect((target, 587))
    except BlockingIOError:
        pass
    except OSError:
        one.close()
        continue
    asked[one.fileno()] = (i, one)
    poll.register(one, select.POLLOUT)

end = time.monotonic() + given["patience"]
while asked and time.monotonic() < end:
    for number, _ in poll.poll(100):
        i, one = asked.pop(number)
        poll.unregister(number)
        answers[i] = one.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0
        one.close()

seen = []
for space in given["spaces"]:
    if not space["nft"]:
        continue
    enter(space["name"])
    for entry in json.loads(run(["nft", "-j", "list", "table", "inet", "seen"], ""))["nftables"]:
        for element in entry.get("set", {}).get("elem", []):
            seen.append(element["concat"])
print(json.dumps({"answers": answers, "seen": seen}))
