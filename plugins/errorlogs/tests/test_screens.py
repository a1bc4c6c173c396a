from django.test import Client


def test_the_screen_is_for_global_administrators(settings, tmp_path, owner, member):
    settings.DATA_DIR = tmp_path
    client = Client()
    client.force_login(owner)
    assert "There are no log files" in client.get("/server-logs").content.decode()
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "web.log").write_text("trouble <b>")

    assert "trouble &lt;b&gt;" in client.get("/server-logs").content.decode()
    client.force_login(member)
    assert client.get("/server-logs").status_code == 403
    assert client.post("/server-logs", {"action": "empty", "id": "web"}).status_code == 403
    client.force_login(owner)
    client.post("/server-logs", {"action": "empty", "id": "../secret"})
    client.post("/server-logs", {"action": "empty", "id": "web"})
    assert (tmp_path / "log" / "web.log").read_text() == ""
