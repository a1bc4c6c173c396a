// A file of its own: the pages of this server run no inline scripts.
const api = document.getElementById("api");
Redoc.init(api.dataset.schema, { hideDownloadButton: false, disableSearch: false }, api);
