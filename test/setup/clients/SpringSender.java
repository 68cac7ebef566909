import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.mail.SimpleMailMessage;
import org.springframework.mail.javamail.JavaMailSender;

/**
 * Reads directories from its input, a line each, and for each starts a Spring Boot application by the configuration that
 * lies there, which sends one message. Answers every line with itself once that is over.
 */
@EnableAutoConfiguration
public class SpringSender {
    public static void main(String[] arguments) throws Exception {
        Directories.each(SpringSender::send);
    }

    private static void send(String directory) {
        SpringApplicationBuilder application = new SpringApplicationBuilder(SpringSender.class)
            .web(WebApplicationType.NONE)
            .logStartupInfo(false)
            .registerShutdownHook(false)
            .properties(
                "spring.main.banner-mode=off",
                "logging.level.root=off",
                "spring.mail.properties.mail.smtp.timeout=30000",
                "spring.mail.properties.mail.smtps.timeout=30000");
        try (var context = started(application, directory)) {
            SimpleMailMessage message = new SimpleMailMessage();
            message.setFrom("app@example.com");
            message.setTo("you@example.com");
            message.setSubject("test");
            message.setText("hello");
            context.getBean(JavaMailSender.class).send(message);
        }
    }

    /** One after the other: what Spring sets up for the whole process does not stand two at a time. */
    private static synchronized ConfigurableApplicationContext started(
            SpringApplicationBuilder application, String directory) {
        return application.run("--spring.config.location=file:" + directory + "/");
    }
}
