"""What people call a stored source."""

from apps.aggregation.operating_systems import SHORT_CODES
from plugins.sources.enrichment import DIRECT, decoded

#: By the package name of the store's own app.
STORES = {
    "com.android.vending": "Google Play",
    "com.google.android.feedback": "Google Play",
    "com.google.vending": "Google Play",
    "com.amazon.venezia": "Amazon Appstore",
    "com.sec.android.app.samsungapps": "Samsung Galaxy Store",
    "com.huawei.appmarket": "Huawei AppGallery",
    "com.xiaomi.mipicks": "Xiaomi GetApps",
    "com.oppo.market": "OPPO App Market",
    "com.bbk.appstore": "vivo App Store",
    "com.lenovo.leos.appstore": "Lenovo App Store",
    "com.tencent.android.qqdownloader": "Tencent MyApp",
    "com.qihoo.appstore": "360 Mobile Assistant",
    "com.aptoide.pt": "Aptoide",
    "cm.aptoide.pt": "Aptoide",
    "org.fdroid.fdroid": "F-Droid",
    "com.slideme.sam.manager": "SlideME",
    "ru.vk.store": "RuStore",
}


def shown_source(stored: str) -> str:
    """A store by its name, a page by its site; the name of a system means that nothing led there."""
    source = decoded(stored)
    if source in STORES:
        return STORES[source]
    if source.lower() in SHORT_CODES:
        return DIRECT
    return source.split("/", 1)[0]
