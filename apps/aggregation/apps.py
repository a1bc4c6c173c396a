from django.apps import AppConfig


class AggregationConfig(AppConfig):
    name = "apps.aggregation"

    def ready(self) -> None:
        from apps.aggregation import documents, removal, user_data  # imports PyMongo: only when Django is set up

        documents.register_collections()
        removal.register()
        user_data.register()
