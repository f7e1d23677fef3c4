# The goals are a quarter's now; this is a migration of its own, since PostgreSQL changes no table
# that rows of the same transaction still refer to.

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('plays', '0003_goals_and_aliases'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='play',
            name='activity_goal',
        ),
        migrations.RemoveField(
            model_name='play',
            name='brief_goal',
        ),
        migrations.RemoveField(
            model_name='play',
            name='s2_goal',
        ),
        migrations.RemoveField(
            model_name='play',
            name='signal_goal',
        ),
    ]
