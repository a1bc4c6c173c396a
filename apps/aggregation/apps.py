from django.apps import AppConfig


class AggregationConfig(AppConfig):
    name = "apps.aggregation"

    def ready(self) -> None:
        from apps.aggregation import documents, removal  # imports PyMongo: only when Django is set up

        documents.register_collections()
        removal.register()
