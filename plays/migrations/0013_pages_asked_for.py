import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Requests for ToDo pages become requests for pages; all missing ones are a batch."""

    dependencies = [
        ("plays", "0012_layouts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RenameModel("TodoRequest", "PageRequest"),
        migrations.AlterModelOptions(
            name='pagerequest',
            options={'ordering': ['asked_at', 'pk'], 'verbose_name': 'request for a page', 'verbose_name_plural': 'requests for pages'},
        ),
        migrations.AddField(
            model_name='pagerequest',
            name='how',
            field=models.CharField(blank=True, max_length=10),
        ),
        migrations.AddField(
            model_name='pagerequest',
            name='made_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='made'),
        ),
        migrations.AddField(
            model_name='pagerequest',
            name='page',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='plays.page'),
        ),
        migrations.AddField(
            model_name='pagerequest',
            name='part',
            field=models.CharField(choices=[('live_doc', 'Live doc'), ('play_todo', 'Play ToDo')], default='play_todo', max_length=20, verbose_name='part'),
        ),
        migrations.AlterField(
            model_name='pagerequest',
            name='play',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='page_requests', to='plays.play'),
        ),
        migrations.CreateModel(
            name='PageBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(choices=[('live_doc', 'Live doc'), ('play_todo', 'Play ToDo')], max_length=20, verbose_name='part')),
                ('reason', models.TextField(blank=True, verbose_name='why')),
                ('total', models.PositiveIntegerField(verbose_name='how many')),
                ('started_at', models.DateTimeField(verbose_name='started')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
            ],
            options={
                'verbose_name': 'batch of pages',
                'verbose_name_plural': 'batches of pages',
                'ordering': ['-started_at', '-pk'],
            },
        ),
        migrations.AddField(
            model_name='pagerequest',
            name='batch',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='requests', to='plays.pagebatch'),
        ),
        migrations.AddConstraint(
            model_name='pagerequest',
            constraint=models.UniqueConstraint(condition=models.Q(('made_at__isnull', True)), fields=('part', 'play'), name='one_open_request_a_part_and_play'),
        ),
        migrations.AlterField(
            model_name='auditentry',
            name='verb',
            field=models.CharField(choices=[('retry', 'retried'), ('cancel', 'canceled'), ('recover', 'recovered failed'), ('send_missing', 'sent what was missing'), ('resend_all', 'sent everything again'), ('accept', 'accepted an event again'), ('pause', 'paused'), ('resume', 'resumed'), ('map', 'changed a page mapping'), ('layout', "changed how a page's tables are read"), ('add_column', 'added a column'), ('keep_theirs', 'kept what people wrote'), ('write_ours', 'had a cell written again'), ('edit_play', 'edited a Play'), ('override', 'set a status'), ('import', 'imported Plays'), ('create_page', 'created a page'), ('create_pages', 'had missing pages made'), ('run_weekly', 'started the weekly sync'), ('try_now', 'had Confluence tried at once')], max_length=20, verbose_name='what'),
        ),
    ]
