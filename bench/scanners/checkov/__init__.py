from os.path import basename, dirname, join
import glob

__all__ = [basename(each)[:-3] for each in glob.glob(join(dirname(__file__), "*.py"))]
