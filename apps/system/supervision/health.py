"""`python -m apps.system.supervision.health`: exit status 0 when the web server of this machine answers."""

from apps.system.supervision import probes
from apps.system.supervision.options import from_environment


def main() -> int:
    own = from_environment()
    return 0 if probes.web_answers(own.local_host, own.port, own.host_header) else 1


if __name__ == "__main__":
    raise SystemExit(main())
