const nodemailer = require("nodemailer");

const transport = nodemailer.createTransport({
  host: "smtp.example.net",
  port: 587,
  auth: { user: "app", pass: process.env.SMTP_PASSWORD },
});

transport.sendMail({ from: "app@example.com", to: "you@example.com", text: "hello" });
