from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("plays", "0006_write_probe")]

    operations = [
        migrations.AddField(
            model_name="syncattempt",
            name="job_count",
            field=models.PositiveIntegerField(default=0, verbose_name="jobs"),
        ),
        migrations.CreateModel(
            name="AttemptSpan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first", models.BigIntegerField()),
                ("last", models.BigIntegerField()),
                ("tries", models.PositiveIntegerField(default=1)),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=models.deletion.CASCADE,
                        related_name="spans",
                        to="plays.syncjob",
                    ),
                ),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=models.deletion.PROTECT, related_name="+", to="plays.page"
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["page", "last"], name="span_page_last")]},
        ),
    ]
