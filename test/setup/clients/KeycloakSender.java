import java.io.File;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.util.Optional;
import org.keycloak.email.DefaultEmailSenderProvider;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.representations.idm.RealmRepresentation;
import org.keycloak.truststore.TruststoreProviderFactory;
import org.keycloak.util.JsonSerialization;
import org.keycloak.vault.VaultStringSecret;
import org.keycloak.vault.VaultTranscriber;

/**
 * Reads directories from its input, a line each, and has Keycloak's own sender send one message by the smtpServer of the
 * realm.json there. Answers every line with itself once that is over. The session has no vault and no truststore.
 */
public class KeycloakSender {
    public static void main(String[] arguments) throws Exception {
        Directories.each(directory -> {
            byte[] realm = Files.readAllBytes(new File(directory, "realm.json").toPath());
            var settings = JsonSerialization.readValue(realm, RealmRepresentation.class).getSmtpServer();
            new DefaultEmailSenderProvider(session()).send(settings, "you@example.com", "test", "hello", "hello");
        });
    }

    private static KeycloakSession session() {
        VaultStringSecret secret = answering(VaultStringSecret.class, Optional.empty());
        TruststoreProviderFactory truststores = answering(TruststoreProviderFactory.class, null);
        KeycloakSessionFactory factory = answering(KeycloakSessionFactory.class, truststores);
        VaultTranscriber vault = answering(VaultTranscriber.class, secret);
        return (KeycloakSession) Proxy.newProxyInstance(KeycloakSender.class.getClassLoader(),
            new Class<?>[] {KeycloakSession.class}, (self, method, given) -> switch (method.getName()) {
                case "vault" -> vault;
                case "getKeycloakSessionFactory" -> factory;
                default -> null;
            });
    }

    /** One whose every method that has a result answers with this one. */
    private static <T> T answering(Class<T> type, Object answer) {
        return type.cast(Proxy.newProxyInstance(KeycloakSender.class.getClassLoader(), new Class<?>[] {type},
            (self, method, given) -> method.getReturnType() == void.class ? null : answer));
    }
}
