<?php
// Sends one message with PHPMailer, set up as WP Mail SMTP does by the constants that wp-config.php defines.
require '/usr/share/php/libphp-phpmailer/autoload.php';
require $argv[1].'/wp-config.php';

$set = fn (string $name, $otherwise = '') => defined("WPMS_$name") ? constant("WPMS_$name") : $otherwise;
$mailer = new PHPMailer\PHPMailer\PHPMailer(true);
$mailer->isSMTP();
$mailer->Host = $set('SMTP_HOST');
$mailer->Port = $set('SMTP_PORT', 25);
$mailer->SMTPSecure = $set('SSL');
if ($set('SSL') !== 'tls' && !$set('SMTP_AUTOTLS', true)) {
    $mailer->SMTPAutoTLS = false;
}
if ($set('SMTP_AUTH', false)) {
    $mailer->SMTPAuth = true;
    $mailer->Username = $set('SMTP_USER');
    $mailer->Password = $set('SMTP_PASS');
}
$mailer->setFrom('app@example.com');
$mailer->addAddress('you@example.com');
$mailer->Subject = 'test';
$mailer->Body = 'hello';
$mailer->send();
