import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** What every sender does with its input: a directory a line, eight at a time, each answered with itself once it is over. */
final class Directories {
    interface Sender {
        void sendBy(String directory) throws Exception;
    }

    private Directories() {
    }

    static void each(Sender sender) throws IOException {
        ExecutorService workers = Executors.newFixedThreadPool(8);
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            String directory = line;
            workers.execute(() -> {
                try {
                    sender.sendBy(directory);
                } catch (Throwable failure) {
                    System.err.println(directory + ": " + failure);
                }
                System.out.println(directory);
            });
        }
        workers.shutdown();
    }
}
