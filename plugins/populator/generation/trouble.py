"""What goes wrong: crashes with stack traces that read like those of a program, and what people say in ratings."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from plugins.populator.generation.people import Person


@dataclass(frozen=True, slots=True)
class Bug:
    """`versions`: the releases, by their number, that have it. `{screen}` is the class of the view where it strikes."""

    text: str
    per_thousand: int  # sessions of those versions
    versions: frozenset[int]
    is_fatal: bool = True
    platforms: tuple[str, ...] = ()


ALL = frozenset(range(100))
PRONE = 3  # one of so many users has a bug, and has it so much more often
BUGS = (
    Bug(
        """java.lang.NullPointerException: Attempt to invoke virtual method 'java.lang.String com.acme.app.model.Profile.name()' on a null object reference
\tat com.acme.app.ui.{screen}Fragment.bindProfile({screen}Fragment.kt:118)
\tat com.acme.app.ui.{screen}Fragment.onViewCreated({screen}Fragment.kt:64)
\tat androidx.fragment.app.Fragment.performViewCreated(Fragment.java:3147)
\tat androidx.fragment.app.FragmentManager.moveToState(FragmentManager.java:1374)
\tat com.acme.app.MainActivity.onResume(MainActivity.kt:91)""",
        9, frozenset({0, 1}), platforms=("Android",),
    ),
    Bug(
        """java.lang.OutOfMemoryError: Failed to allocate a 48771084 byte allocation with 25165824 free bytes
\tat com.acme.app.media.ImageDecoder.decode(ImageDecoder.kt:77)
\tat com.acme.app.media.ImageCache.load(ImageCache.kt:143)
\tat com.acme.app.ui.GalleryAdapter.onBindViewHolder(GalleryAdapter.kt:52)
\tat androidx.recyclerview.widget.RecyclerView$Adapter.bindViewHolder(RecyclerView.java:7847)""",
        4, ALL, platforms=("Android",),
    ),
    Bug(
        """java.net.SocketTimeoutException: timeout
\tat okhttp3.internal.http2.Http2Stream$StreamTimeout.newTimeoutException(Http2Stream.kt:675)
\tat com.acme.app.net.ApiClient.execute(ApiClient.kt:201)
\tat com.acme.app.sync.SyncWorker.doWork(SyncWorker.kt:48)""",
        16, ALL, is_fatal=False, platforms=("Android",),
    ),
    Bug(
        """Fatal error: Index out of range
0   Acme    0x0000000104a1c2d4 {screen}ViewController.removeItem(at:) + 212 ({screen}ViewController.swift:88)
1   Acme    0x0000000104a1bf10 {screen}ViewController.tableView(_:commit:forRowAt:) + 164 ({screen}ViewController.swift:61)
2   UIKitCore    0x00000001a3f0ee18 -[UITableView _swipeActionButtonPushed:] + 128
3   UIKitCore    0x00000001a3b2c444 -[UIApplication sendAction:to:from:forEvent:] + 100""",
        7, frozenset({1, 2}), platforms=("iOS", "macOS"),
    ),
    Bug(
        """Fatal error: Unexpectedly found nil while unwrapping an Optional value
0   Acme    0x0000000102b3e118 SessionStore.restore() + 344 (SessionStore.swift:132)
1   Acme    0x0000000102b3d9a0 AppDelegate.application(_:didFinishLaunchingWithOptions:) + 412 (AppDelegate.swift:47)
2   UIKitCore    0x00000001a3e11f88 -[UIApplication _handleDelegateCallbacksWithOptions:] + 336""",
        4, ALL, platforms=("iOS", "macOS"),
    ),
    Bug(
        """NSURLErrorDomain -1001: The request timed out.
0   Acme    0x0000000102c01a34 ApiClient.send(_:completion:) + 520 (ApiClient.swift:210)
1   Acme    0x0000000102c00ff0 SyncQueue.next() + 208 (SyncQueue.swift:77)""",
        13, ALL, is_fatal=False, platforms=("iOS", "macOS"),
    ),
    Bug(
        """System.InvalidOperationException: Collection was modified; enumeration operation may not execute.
   at Acme.App.Views.{screen}ViewModel.Refresh() in {screen}ViewModel.cs:line 142
   at Acme.App.Sync.SyncService.OnCompleted(Object sender, EventArgs e) in SyncService.cs:line 58""",
        7, ALL, platforms=("Windows", "Windows Phone"),
    ),
    Bug(
        """std::bad_alloc
acme::render::Canvas::resize(unsigned int, unsigned int) (canvas.cpp:211)
acme::ui::{screen}Window::onResize(acme::Size const&) ({screen}_window.cpp:96)""",
        6, ALL, platforms=("Linux",),
    ),
)  # fmt: skip
WEB_BUGS = (
    Bug(
        """TypeError: Cannot read properties of undefined (reading 'price')
    at {screen}Page.total (https://www.example.com/assets/app.js:1482:31)
    at {screen}Page.render (https://www.example.com/assets/app.js:1440:12)
    at mount (https://www.example.com/assets/vendor.js:212:9)""",
        8, frozenset({0, 1, 2}), is_fatal=False,
    ),
    Bug(
        """ChunkLoadError: Loading chunk {screen} failed.
    at loadChunk (https://www.example.com/assets/runtime.js:88:13)
    at openRoute (https://www.example.com/assets/app.js:310:5)""",
        6, ALL, is_fatal=False,
    ),
    Bug(
        """RangeError: Maximum call stack size exceeded
    at deepCopy (https://www.example.com/assets/app.js:77:18)
    at saveDraft (https://www.example.com/assets/app.js:913:7)""",
        3, ALL,
    ),
)  # fmt: skip
SHARE_WITH_COMMENT = 0.55
#: Stars, how often, and what is said.
RATINGS = (
    (5, 44, ("Love it.", "Exactly what I needed.", "Fast and easy, thank you!", "Best update so far.", "Works great on my phone.")),
    (4, 27, ("Very good, a dark mode would be nice.", "Useful. Search could be better.", "Good app, sometimes a bit slow.")),
    (3, 14, ("Okay, but it logs me out every week.", "The new navigation takes getting used to.", "Does what it says.")),
    (2, 7, ("Notifications arrive too late.", "Too many steps to get anything done.")),
    (1, 8, ("Crashes when I open my list.", "I could not finish, it froze twice.", "Please bring the old version back.")),
)  # fmt: skip


def crash_of(
    random: Random, person: Person, app_version: str, release: int, view: str, run_seconds: int
) -> dict[str, Any] | None:
    """What the SDK would report; None in most sessions."""
    for number, bug in enumerate(BUGS if person.browser is None else WEB_BUGS):
        applies = release in bug.versions and (not bug.platforms or person.platform in bug.platforms)
        if applies and _is_prone(person, number) and random.random() * 1000 < bug.per_thousand * PRONE:
            return _report(random, bug, person, app_version, view, run_seconds)
    return None


def _is_prone(person: Person, number: int) -> bool:
    """Bugs strike some people again and again, and others never."""
    return (int(person.device_id[:4], 16) if person.device_id[:4].isalnum() else 0) % PRONE == number % PRONE


def _report(random: Random, bug: Bug, person: Person, app_version: str, view: str, run_seconds: int) -> dict[str, Any]:
    report: dict[str, Any] = {
        "_os": person.platform,
        "_os_version": person.os_version,
        "_app_version": app_version,
        "_device": person.device.model,
        "_manufacture": person.device.manufacturer,
        "_resolution": person.device.resolution,
        "_error": bug.text.replace("{screen}", class_name(view)),
        "_nonfatal": not bug.is_fatal,
        "_view": view,
        "_run": run_seconds,
        "_background": random.random() < 0.08,
        "_online": random.random() < 0.93,
        "_custom": {"build": "store" if random.random() < 0.9 else "beta"},
        "_logs": f"{view} opened\nrefresh started\nrefresh took {random.randrange(80, 900)} ms",
    }
    if person.browser is not None:
        return report | {"_browser": person.browser[0], "_javascript": True}
    return report | {
        "_orientation": random.choice(("portrait", "portrait", "portrait", "landscape")),
        "_ram_total": 8192,
        "_ram_current": random.randrange(2500, 8000),
        "_disk_total": 131072,
        "_disk_current": random.randrange(20000, 128000),
        "_bat": random.randrange(4, 101),
        "_root": random.random() < 0.03,
        "_muted": random.random() < 0.3,
    }


def class_name(view: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in re.findall(r"[A-Za-z0-9]+", view))[:40] or "Main"


def rating_of(random: Random, person: Person, app_version: str, widget_id: str) -> Mapping[str, Any]:
    """The segmentation of a rating."""
    rating, _, comments = random.choices(RATINGS, [weight for _, weight, _ in RATINGS])[0]
    said: dict[str, Any] = {"rating": rating, "platform": person.platform, "app_version": app_version}
    if widget_id:
        said["widget_id"] = widget_id
    if random.random() < SHARE_WITH_COMMENT:
        said["comment"] = random.choice(comments)
        if random.random() < 0.4:
            said |= {"email": person.details["email"], "contactMe": True}
    return said
