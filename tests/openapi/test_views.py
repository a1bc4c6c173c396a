import re

import pytest
import yaml

from apps.openapi.views import READERS_POLICY

pytestmark = pytest.mark.django_db


def test_the_description_as_json_and_as_yaml(client, db):
    as_json = client.get("/api/schema")
    as_yaml = client.get("/api/schema", {"format": "yaml"})

    assert as_json.headers["Content-Type"] == "application/json"
    assert as_yaml.headers["Content-Type"] == "application/yaml"
    assert yaml.load(as_yaml.content, yaml.CSafeLoader) == as_json.json()
    assert client.get("/api/schema", HTTP_ACCEPT="application/yaml").content == as_yaml.content
    assert "/o/ping" in as_json.json()["paths"]


@pytest.mark.parametrize("page", ["/api/docs", "/api/redoc"])
def test_a_reader_runs_scripts_of_this_server_only(client, page):
    answer = client.get(page)

    content = answer.content.decode()
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", content, re.DOTALL)
    assert answer.headers["Content-Security-Policy"] == READERS_POLICY
    assert "script-src" not in READERS_POLICY  # falls back to 'self'
    assert len(scripts) == 2
    assert all(inline == "" and 'src="/static/' in attributes for attributes, inline in scripts)
    assert 'data-schema="/api/schema"' in content


@pytest.mark.parametrize("path", ["/api/schema", "/api/docs", "/api/redoc"])
def test_it_is_only_read(client, path):
    assert client.post(path).status_code == 405
