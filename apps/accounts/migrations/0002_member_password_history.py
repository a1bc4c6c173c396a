import apps.core.stored_model
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        # The field is absent from a document until there is something to remember.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddField(
                    model_name='member',
                    name='password_history',
                    field=apps.core.stored_model.StoredValueField(editable=False, null=True),
                ),
            ],
        ),
    ]
