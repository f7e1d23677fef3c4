from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("plays", "0008_links_become_spans")]

    operations = [migrations.RemoveField(model_name="syncattempt", name="jobs")]
