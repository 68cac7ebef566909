import os

EMAIL_HOST = "smtp.example.net"
EMAIL_PORT = 587
EMAIL_USE_TLS = True
EMAIL_HOST_USER = "app"
EMAIL_HOST_PASSWORD = os.environ["EMAIL_PASSWORD"]
