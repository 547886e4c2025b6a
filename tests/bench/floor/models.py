from django.db import models


class Machine(models.Model):
    """As many columns as the panel's list shows."""

    name = models.CharField(max_length=63)
    status = models.CharField(max_length=20)
    public_ip = models.CharField(max_length=45)
    price_hour = models.DecimalField(max_digits=20, decimal_places=10)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        app_label = "floor"

    def __str__(self) -> str:
        return self.name
