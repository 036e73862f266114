using System.Threading.Tasks;

namespace Downloads
{
    public interface IDownloader
    {
        Task<byte[]> FetchAsync(string address);
        Task CancelAsync();
    }
}
