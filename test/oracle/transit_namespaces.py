"""Connections between network namespaces: standard input describes them as JSON, standard output answers each question.

{"spaces": [{"name": ..., "forward": bool, "links": [...], "lines": [...], "nft": "..."}], "questions": [[space, from, to], ...]}

Links are made first (`ip` lines in which @NAME stands for the namespace called NAME), then each namespace's own lines are
run. Every namespace listens on TCP 587. A question is answered by true when the connection is made.
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


given = json.load(sys.stdin)
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536), hard))
spaces = {}
for space in given["spaces"]:
    check(libc.unshare(NEWNET))
    spaces[space["name"]] = os.open("/proc/self/ns/net", os.O_RDONLY)
    settings = {"conf/all/rp_filter": 0, "conf/default/rp_filter": 0, "ip_forward": int(space["forward"])}
    for name, value in settings.items():
        with open(f"/proc/sys/net/ipv4/{name}", "w") as file:
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
        if lines:
            run(["ip", "-batch", "-"], lines + "\n")
        if step == "lines":
            if space["nft"]:
                run(["nft", "-f", "-"], space["nft"])
            listener = socket.socket()
            listener.bind(("0.0.0.0", 587))
            listener.listen(1024)
            listeners.append(listener)

poll = select.poll()
asked = {}
answers = [False] * len(given["questions"])
for i, (space, source, target) in enumerate(given["questions"]):
    enter(space)
    one = socket.socket()
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
print(json.dumps(answers))
