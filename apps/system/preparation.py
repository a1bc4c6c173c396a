"""Makes stores and files ready for requests. Everything here may run again at any time."""

from dataclasses import asdict

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from apps.accounts import bootstrap, members
from apps.core import mongo, schema
from apps.pipeline.flush import drain_after_a_change_of_shards
from apps.plugin_api import configuration
from apps.system import static_files, stores, translations, versions
from apps.system.supervision.problems import Problem


def prepare(mongodb_wait_seconds: float, redis_wait_seconds: float) -> dict[str, str] | None:
    """Returns the first admin's credentials when this call made one. Raises Problem."""
    stores.refuse_standalone(stores.wait_for_mongodb(mongodb_wait_seconds))
    stores.wait_for_redis(redis_wait_seconds)
    migrate()
    schema.ensure_global()
    configuration.ensure_defaults()
    versions.note()
    for application in mongo.collection("apps").find({}, {"_id": 1}):
        schema.ensure_for_application(str(application["_id"]))
    drain_after_a_change_of_shards()
    static_files.collect_when_changed()
    translations.compile_outdated()
    try:
        new_admin = bootstrap.ensure_first_admin()
    except members.InvalidMember as error:
        raise Problem(f"The first administrator cannot be made as the ADMIN_* variables say ({error}).") from error
    return asdict(new_admin) if new_admin else None


def migrate() -> None:
    """Looks first: `migrate` itself costs a second even where nothing is to be done."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)
