// Sends one message by the section smtp of the grafana.ini in a directory, with the library that Grafana sends with and
// the dialer that Grafana makes of these settings (pkg/services/notifications/smtp.go).
package main

import (
	"crypto/tls"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"

	"gopkg.in/ini.v1"
	"gopkg.in/mail.v2"
)

func main() {
	if err := send(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func send(directory string) error {
	file, err := ini.Load(filepath.Join(directory, "grafana.ini"))
	if err != nil {
		return err
	}
	settings := file.Section("smtp")
	if !settings.Key("enabled").MustBool(false) {
		return nil
	}
	host, port, err := net.SplitHostPort(settings.Key("host").MustString("localhost:25"))
	if err != nil {
		return err
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return err
	}
	dialer := mail.NewDialer(host, number, settings.Key("user").String(), settings.Key("password").String())
	dialer.TLSConfig = &tls.Config{InsecureSkipVerify: settings.Key("skip_verify").MustBool(false), ServerName: host}
	dialer.StartTLSPolicy = policy(settings.Key("startTLS_policy").String())
	message := mail.NewMessage()
	message.SetHeader("From", "app@example.com")
	message.SetHeader("To", "you@example.com")
	message.SetBody("text/plain", "hello")
	return dialer.DialAndSend(message)
}

func policy(word string) mail.StartTLSPolicy {
	switch word {
	case "NoStartTLS":
		return mail.NoStartTLS
	case "MandatoryStartTLS":
		return mail.MandatoryStartTLS
	default:
		return mail.OpportunisticStartTLS
	}
}
