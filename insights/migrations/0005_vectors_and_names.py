from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('insights', '0004_kind'),
    ]

    operations = [
        migrations.AddField(
            model_name='arrangement',
            name='vector_model',
            field=models.CharField(blank=True, help_text='whose vectors serve: ideas are compared by no others', max_length=100),
        ),
        migrations.AddField(
            model_name='idea',
            name='other_model',
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name='idea',
            name='other_vector',
            field=models.BinaryField(default=b''),
        ),
        migrations.AddField(
            model_name='topic',
            name='named_size',
            field=models.PositiveIntegerField(default=0, help_text='ideas in it when the machine last named it'),
        ),
        migrations.AlterField(
            model_name='idea',
            name='vector',
            field=models.BinaryField(help_text='float32, unit length; empty where no model knows the language yet'),
        ),
        migrations.AlterField(
            model_name='idea',
            name='vector_model',
            field=models.CharField(blank=True, max_length=100),
        ),
    ]
