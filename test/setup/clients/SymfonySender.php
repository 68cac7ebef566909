<?php
// Sends one message by the MAILER_DSN of the .env file in a directory, as a Symfony application does.
require 'Symfony/Component/Dotenv/autoload.php';
require 'Symfony/Component/Mailer/autoload.php';

(new Symfony\Component\Dotenv\Dotenv())->load($argv[1].'/.env');
$message = (new Symfony\Component\Mime\Email())
    ->from('app@example.com')->to('you@example.com')->subject('test')->text('hello');
Symfony\Component\Mailer\Transport::fromDsn($_ENV['MAILER_DSN'])->send($message);
