import apps.core.stored_model
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_names_for_people'),
    ]

    operations = [
        # Both are absent from a document unless screens are hidden from the member.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddField(
                    model_name='member',
                    name='restrict',
                    field=apps.core.stored_model.StoredValueField(editable=False, null=True),
                ),
                migrations.AddField(
                    model_name='member',
                    name='app_restrict',
                    field=apps.core.stored_model.StoredValueField(editable=False, null=True),
                ),
            ],
        ),
    ]
