# Reads directories from its input, a line each, and in each starts a Rails application by the environment that lies
# there, which sends one message. Answers every line with itself once that is over.
require "rails"
require "action_mailer/railtie"

$stdout.sync = true

class Sender < Rails::Application
  config.eager_load = false
  config.logger = Logger.new(nil)
  config.secret_key_base = "0" * 64
end

def send_from(directory)
  Sender.config.root = directory
  Sender.initialize!
  ActionMailer::Base.mail(from: "app@example.com", to: "you@example.com", subject: "test", body: "hello").deliver_now
end

while (directory = $stdin.gets&.chomp)
  fork do
    send_from(directory)
  rescue Exception => error
    $stderr.puts "#{directory}: #{error.class}: #{error.message}"
  ensure
    $stdout.puts directory
    exit!
  end
end
Process.waitall
