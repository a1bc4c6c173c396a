from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_hidden_screens'),
    ]

    operations = [
        # The field is absent from a document while there was one generation only.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddField(
                    model_name='member',
                    name='session_generation',
                    field=models.IntegerField(editable=False, null=True),
                ),
            ],
        ),
    ]
